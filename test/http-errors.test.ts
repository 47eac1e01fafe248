import { setTimeout } from 'node:timers/promises';
import { buildSchema, GraphQLError, type GraphQLFieldResolver } from 'graphql';
import { afterAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { readConfig } from '../src/config.ts';
import { withKeySource } from '../src/config-development.ts';
import { openSigner } from '../src/features/checkpoint/signer.ts';
import { signToken } from '../src/features/identity/development-token.ts';
import { openLog } from '../src/http/log.ts';
import { systemClock } from '../src/kernel/clock.ts';
import {
  ForbiddenError,
  OrganizationNotSelectedError,
  UnavailableError,
} from '../src/kernel/errors.ts';
import { createServer } from '../src/server.ts';
import { freshDatabase } from './support/database.ts';

/** Given, so that no key is made in a folder. */
const SIGNING_KEY = Buffer.alloc(32, 1).toString('base64');
const SECRET = 'a secret of this test, with more than 32 bytes';

/** A schema whose fields fail in every way there is. */
const schema = buildSchema(`
  type Query { bug: String must: String! refused: String! choose: String busy: String must_busy: String!
    raw: String null: String! slow: String many: [String] ok: String long: String }
  type Mutation { slow: String }
`);
const mutations: string[] = [];
const fail = (error: Error) => () => {
  throw error;
};
const PRISMA = new Error(
  'Invalid `read.user.findUnique()` in /srv/app/src/x.ts:10 P2025 SELECT 1',
  {
    cause: new Error('connect ECONNREFUSED postgres://app:hunter2@10.0.0.5:5432/db'),
  },
);
const resolvers: Record<string, GraphQLFieldResolver<unknown, unknown>> = {
  bug: fail(PRISMA),
  must: fail(new TypeError("Cannot read properties of undefined (reading 'x')")),
  refused: fail(new ForbiddenError('organization:delete')),
  choose: fail(new OrganizationNotSelectedError([{ id: 'org_1', name: 'One', slug: 'one' }])),
  busy: fail(new UnavailableError('Busy.', { retryAfterSeconds: 3, cause: PRISMA })),
  must_busy: fail(new UnavailableError('Busy.', { retryAfterSeconds: 3 })),
  raw: fail(new GraphQLError('a library said: node_modules/x')),
  null: () => null,
  slow: () => setTimeout(400, 'late'),
  many: () => Array.from({ length: 30 }, (_, i) => new Error(`secret ${i}`)),
  ok: () => 'ok',
  long: fail(new ForbiddenError('x'.repeat(5_000))),
};
for (const [name, field] of Object.entries(schema.getQueryType()?.getFields() ?? {})) {
  Object.assign(field, { resolve: resolvers[name] });
}
for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
  field.resolve = async () => {
    await setTimeout(400);
    mutations.push('done');
    return 'done';
  };
}

const lines: string[] = [];
const log = openLog('debug', { write: (line) => void lines.push(line) });
beforeEach(() => {
  lines.length = 0;
});

const fresh = await freshDatabase();
const config = withKeySource(
  readConfig({
    JWT_SECRET: SECRET,
    REQUEST_TIMEOUT_MS: '150',
    RATE_LIMIT: 'off',
    AUDIT_SIGNING_KEYS: SIGNING_KEY,
  }),
);
const server = createServer({
  config,
  database: fresh.database,
  clock: systemClock,
  log,
  schema,
  signer: openSigner(config),
});
const token = await signToken(
  { email: 'ada@example.com' },
  { secret: SECRET, lifetimeMs: 60_000 },
  systemClock,
);
afterAll(async () => {
  await server.close();
  await fresh.close();
});

async function ask(query: string, accept = 'application/json') {
  const response = await server.fetch(
    new Request('http://localhost/graphql', {
      method: 'POST',
      headers: {
        accept,
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'x-request-id': 'request-1',
      },
      body: JSON.stringify({ query }),
    }),
  );
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, ...JSON.parse(text) };
}

const logged = (): string => lines.join('');

describe('what a resolver did not foresee', () => {
  test.each(['bug', 'must', 'raw', 'null', 'many'])('is masked: %s', async (field) => {
    const { errors, text } = await ask(`{ ${field} }`);
    expect(errors[0]).toMatchObject({
      message: 'Something failed on our side. Tell us the request id.',
      extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'request-1' },
    });
    expect(text).not.toMatch(/secret|node_modules|\.ts|P2025|SELECT|hunter2|undefined|Cannot/);
  });

  test('is told in full to the log, by the request id and without secrets', async () => {
    await ask('{ bug }');
    const line = lines.map((text) => JSON.parse(text)).find(({ msg }) => msg === 'internal error');
    expect(line).toMatchObject({ requestId: 'request-1', path: 'bug' });
    expect(line.err.message).toContain('findUnique');
    expect(line.err.cause.message).toContain('ECONNREFUSED');
    expect(logged()).not.toContain('hunter2');
    expect(logged()).not.toContain(token);
  });

  test('leaves the rest of the answer whole', async () => {
    const { data, status } = await ask('{ bug ok }');
    expect([status, data]).toEqual([200, { bug: null, ok: 'ok' }]);
  });

  test('is told ten times at most', async () => {
    expect((await ask('{ many }')).errors).toHaveLength(10);
  });
});

describe('a refusal', () => {
  test('keeps its code and what a client needs of it', async () => {
    const refused = await ask('{ refused }');
    expect(refused.errors[0]).toMatchObject({
      message: 'You need the permission organization:delete to do this.',
      path: ['refused'],
      extensions: { code: 'FORBIDDEN', permission: 'organization:delete' },
    });
    const { errors } = await ask('{ choose }');
    expect(errors[0].extensions).toEqual({
      code: 'ORGANIZATION_NOT_SELECTED',
      choices: [{ id: 'org_1', name: 'One', slug: 'one' }],
    });
  });

  test('has at most 300 characters', async () => {
    expect((await ask('{ long }')).errors[0].message).toHaveLength(300);
  });

  test('for want of the database is 503 with Retry-After, if nothing else was answered', async () => {
    const whole = await ask('{ must_busy }');
    expect([whole.status, whole.headers.get('retry-after')]).toEqual([503, '3']);
    expect(whole.errors[0].extensions).toEqual({ code: 'UNAVAILABLE', retryAfterSeconds: 3 });
    const part = await ask('{ busy ok }');
    expect([part.status, part.data]).toEqual([200, { busy: null, ok: 'ok' }]);
    expect(part.text).not.toContain('hunter2');
  });
});

describe('the phases before execution', () => {
  test.each([
    ['{ ok', 'GRAPHQL_PARSE_FAILED'],
    ['{ okk }', 'GRAPHQL_VALIDATION_FAILED'],
    ['query($x: Int!) { ok @include(if: $x) }', 'GRAPHQL_VALIDATION_FAILED'],
    ['query($x: Boolean!) { ok @include(if: $x) }', 'BAD_USER_INPUT'],
    ['query A { ok } query B { ok }', 'BAD_USER_INPUT'],
  ])('%s has a code of its own, 400 for clients of the new media type', async (query, code) => {
    for (const [accept, status] of [
      ['application/json', 200],
      ['application/graphql-response+json', 400],
    ] as const) {
      const answer = await ask(query, accept);
      expect(answer.errors[0].extensions.code).toBe(code);
      expect([answer.status, answer.data]).toEqual([status, undefined]);
    }
  });
});

describe('time', () => {
  test('is up after REQUEST_TIMEOUT_MS, with an answer that says so', async () => {
    const { status, errors, headers } = await ask('{ slow }');
    expect([status, errors[0].extensions.code]).toEqual([503, 'UNAVAILABLE']);
    expect(errors[0].message).toContain('150 ms');
    expect(headers.get('retry-after')).toBe('1');
  });

  test('does not cut a mutation between its fields', async () => {
    mutations.length = 0;
    expect((await ask('mutation { slow again: slow }')).status).toBe(503);
    await expect.poll(() => mutations, { timeout: 3_000 }).toHaveLength(2);
  });
});

test('every request leaves one line, without its document, values or token', async () => {
  await ask('query Named { ok }');
  const line = lines.map((text) => JSON.parse(text)).find(({ msg }) => msg === 'request');
  expect(line).toMatchObject({
    requestId: 'request-1',
    method: 'POST',
    path: '/graphql',
    status: 200,
    operation: 'query Named',
    actorId: expect.stringMatching(/^usr_/),
  });
  expect(logged()).not.toMatch(/eyJ|ada@example/);
});

test('a log hides secrets by name and by look', () => {
  const text: string[] = [];
  const sink = openLog('info', { write: (line) => void text.push(line) });
  sink.info({ authorization: 'x1', headers: { cookie: 'x2' }, secret: 'x3' }, 'hello');
  sink.error({ err: new Error(`token ${token} and otk_abcdefghij`) }, 'bad');
  expect(text.join('')).not.toMatch(/x1|x2|x3|eyJ|otk_a/);
});

// SQLite is a file of this process: it cannot go away like this.
test.skipIf(inject('provider') === 'sqlite')(
  'a database that is gone is 503 at the door, before the document is looked at',
  async () => {
    const gone = await freshDatabase();
    const signer = openSigner(config);
    const parts = { config, database: gone.database, clock: systemClock, log, schema, signer };
    const other = createServer(parts);
    await gone.close();
    const post = { method: 'POST', headers: { authorization: `Bearer ${token}` }, body: '{}' };
    for (const [path, init] of [
      ['/graphql', post],
      ['/ready', {}],
    ] as const) {
      const response = await other.fetch(new Request(`http://localhost${path}`, init));
      expect([path, response.status]).toEqual([path, 503]);
      expect(response.headers.get('retry-after')).toMatch(/^\d+$/);
      expect(await response.text()).not.toMatch(/SELECT|\.ts|prisma|postgres/i);
    }
    expect((await other.fetch(new Request('http://localhost/health'))).status).toBe(200);
  },
);
