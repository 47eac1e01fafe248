import { defineConfig } from 'vitest/config';

/** The whole suite once per database, on the same files. */
export default defineConfig({
  // Vite would take graphql's .mjs where the libraries under test load its .js: two realms, one package.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: 'sqlite',
          provide: { provider: 'sqlite' },
          globalSetup: 'test/support/sqlite-template.ts',
        },
      },
      {
        extends: true,
        test: {
          name: 'postgresql',
          provide: { provider: 'postgresql' },
          globalSetup: 'test/support/postgres-server.ts',
        },
      },
    ],
  },
});
