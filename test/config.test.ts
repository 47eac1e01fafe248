import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readConfig } from '../src/config.ts';
import { withKeySource } from '../src/config-development.ts';
import { ConfigError } from '../src/config-problem.ts';

const SECRET = 'thirty-two bytes of secret, or so';

const folder = mkdtempSync(join(tmpdir(), 'orgtrail-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The refusal that an environment gets. */
function refusalOf(environment: Record<string, string>): ConfigError {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('It was accepted.');
}

const variablesOf = (environment: Record<string, string>): string[] =>
  refusalOf(environment).problems.map(({ variable }) => variable);

describe('a configuration that is right', () => {
  test('needs nothing at all outside of production', () => {
    expect(readConfig({})).toMatchObject({
      production: false,
      development: true,
      port: 4000,
      host: '127.0.0.1',
      databaseUrl: 'file:data/orgtrail.db',
      keySource: null,
      graphiql: true,
      corsOrigins: [],
      trustedProxyCount: 0,
      bodyLimitBytes: 1_048_576,
      recordBodyLimitBytes: 8_388_608,
      requestTimeoutMs: 15_000,
    });
  });

  test('counts an empty variable as absent', () => {
    expect(readConfig({ PORT: '', JWT_SECRET: '' })).toMatchObject({
      port: 4000,
      development: true,
    });
  });

  test('serves no GraphiQL in production unless that is asked for', () => {
    const production = { NODE_ENV: 'production', JWT_SECRET: SECRET };
    expect(readConfig(production).graphiql).toBe(false);
    expect(readConfig({ ...production, GRAPHIQL: 'on' }).graphiql).toBe(true);
  });

  test('takes lists apart', () => {
    const { corsOrigins, audiences } = readConfig({
      CORS_ORIGINS: 'https://a.example.com, http://localhost:3000',
      JWT_AUDIENCE: 'one,two',
    });
    expect(corsOrigins).toEqual(['https://a.example.com', 'http://localhost:3000']);
    expect(audiences).toEqual(['one', 'two']);
  });
});

describe('a configuration that is wrong', () => {
  test('is refused with every problem at once, in one table', () => {
    const refusal = refusalOf({ PORT: '70000', LOG_LEVEL: 'Infos', BODY_LIMIT_BYTES: '1e9' });
    expect(refusal.problems).toHaveLength(3);
    expect(refusal.message).toBe(
      [
        'Orgtrail cannot start: 3 settings are wrong.',
        '',
        '  VARIABLE          GIVEN    RULE',
        '  PORT              "70000"  a whole number from 0 to 65535',
        '  BODY_LIMIT_BYTES  "1e9"    a whole number from 1024 to 67108864',
        '  LOG_LEVEL         "Infos"  one of fatal, error, warn, info, debug, trace, silent; did you mean info?',
        '',
      ].join('\n'),
    );
  });

  test('never shows a secret', () => {
    const { message } = refusalOf({
      JWT_SECRET: 'hunter2',
      DATABASE_URL: 'mysql://root:hunter2@db/x',
    });
    expect(message).not.toContain('hunter2');
    expect(message).toContain('(7 bytes)');
    expect(message).toContain('at least 32 bytes');
  });

  test.each(['DATABSE_URL', 'JWT_SECRETS', 'GRAPHQL', 'ORGTRAIL_LOG_LEVEL'])(
    'names the variable that %s was meant to be',
    (name) => {
      const [problem] = refusalOf({ [name]: 'x' }).problems;
      expect(problem?.rule).toMatch(/did you mean [A-Z_]+\?/);
    },
  );

  test.each(['PATH', 'HOSTNAME', 'DATA', 'XDG_DATA_DIRS', 'NODE_OPTIONS', 'POSTGRES_URL'])(
    'leaves %s to the program it belongs to',
    (name) => {
      expect(readConfig({ [name]: 'x' }).port).toBe(4000);
    },
  );

  test.each([
    ['production without authentication', { NODE_ENV: 'production' }, 'JWT_SECRET'],
    [
      'two ways to authenticate',
      { JWT_SECRET: SECRET, JWT_JWKS_URL: 'https://id.example.com/keys' },
      'JWT_SECRET',
    ],
    [
      'keys over plain http in production',
      { NODE_ENV: 'production', JWT_JWKS_URL: 'http://id.example.com/keys' },
      'JWT_JWKS_URL',
    ],
    ['a replica of SQLite', { DATABASE_REPLICA_URL: 'postgres://db/x' }, 'DATABASE_REPLICA_URL'],
    ['a wildcard origin', { CORS_ORIGINS: '*' }, 'CORS_ORIGINS'],
    ['an origin with a path', { CORS_ORIGINS: 'https://a.example.com/' }, 'CORS_ORIGINS'],
    [
      'a recording limit under the ordinary one',
      { RECORD_BODY_LIMIT_BYTES: '2048' },
      'RECORD_BODY_LIMIT_BYTES',
    ],
    ['a secret of 31 bytes', { JWT_SECRET: 'x'.repeat(31) }, 'JWT_SECRET'],
    ['a word for a switch', { GRAPHIQL: 'yes' }, 'GRAPHIQL'],
  ])('%s is refused', (_, environment: Record<string, string>, variable) => {
    expect(variablesOf(environment)).toEqual([variable]);
  });
});

describe('the development secret', () => {
  test('is made once, readable by its owner alone, and used again', () => {
    const config = readConfig({ DATA_DIR: join(folder, 'a') });
    const { keySource } = withKeySource(config);
    expect(keySource.kind === 'secret' && keySource.secret.length).toBe(64);
    expect(withKeySource(config).keySource).toEqual(keySource);
    expect(statSync(join(folder, 'a', 'development-secret')).mode & 0o777).toBe(0o600);
  });

  test('is not made where authentication is configured', () => {
    const config = readConfig({ DATA_DIR: join(folder, 'b'), JWT_SECRET: SECRET });
    expect(withKeySource(config).keySource).toEqual({ kind: 'secret', secret: SECRET });
    expect(statSync(join(folder, 'b'), { throwIfNoEntry: false })).toBeUndefined();
  });
});
