import { defineConfig } from 'vitest/config';

/** What speaks GraphQL most, once more with every query compiled the first time it is seen. */
const COMPILED = [
  ...['audit-log', 'bad-input', 'error-codes', 'http-errors', 'isolation', 'members'],
  ...['organization', 'query-count', 'query-text', 'resources', 'teams', 'time-machine'],
].map((name) => `test/${name}.test.ts`);

/** The whole suite once per database, on the same files. */
export default defineConfig({
  // Vite would take graphql's .mjs where the libraries under test load its .js: two realms, one package.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    // The files of one worker share what they import: a quarter of the time went into importing it anew.
    isolate: false,
    setupFiles: 'test/support/each-file.ts',
    projects: [
      {
        extends: true,
        test: {
          name: 'sqlite',
          include: ['test/**/*.test.ts'],
          provide: { provider: 'sqlite' },
          globalSetup: 'test/support/sqlite-template.ts',
        },
      },
      {
        extends: true,
        test: {
          name: 'compiled',
          include: COMPILED,
          env: { EXECUTION: 'compiled' },
          provide: { provider: 'sqlite' },
          globalSetup: 'test/support/sqlite-template.ts',
        },
      },
      {
        extends: true,
        test: {
          name: 'postgresql',
          include: ['test/**/*.test.ts'],
          provide: { provider: 'postgresql' },
          globalSetup: 'test/support/postgres-server.ts',
        },
      },
    ],
  },
});
