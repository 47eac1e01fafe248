import { defineConfig } from 'vitest/config';

/**
 * How queries are executed: `interpreted` by the ordinary executor, `compiled` each by a function made
 * of it, from the first time it comes. EXECUTION says it for both.
 */
const execution = (usually: string) => ({ EXECUTION: process.env['EXECUTION'] ?? usually });

/** The whole suite once per database and once per way to execute, on the same files. */
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
          env: execution('interpreted'),
          include: ['test/**/*.test.ts'],
          provide: { provider: 'sqlite' },
          globalSetup: 'test/support/sqlite-template.ts',
        },
      },
      {
        extends: true,
        test: {
          name: 'postgresql',
          env: execution('compiled'),
          include: ['test/**/*.test.ts'],
          provide: { provider: 'postgresql' },
          globalSetup: 'test/support/postgres-server.ts',
        },
      },
    ],
  },
});
