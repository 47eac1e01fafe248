import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { afterAll, describe, expect, inject, test } from 'vitest';
import { createServer, type Server } from '../src/server.ts';
import { startServer, tokenOf } from './support/client.ts';
import { createOrganization } from './support/organizations.ts';

const WIDE = '100000';
const LIMITS = {
  RATE_LIMIT: 'on',
  RATE_LIMIT_PER_CALLER: WIDE,
  RATE_LIMIT_PER_ADDRESS: WIDE,
  RATE_LIMIT_FAILED_SIGN_INS: WIDE,
};

type TestServer = Awaited<ReturnType<typeof startServer>>;
const start = (env: Record<string, string>) => startServer({ env: { ...LIMITS, ...env } });

/** One request from an address; by default a query without a token. */
const ask = (
  { server }: { readonly server: Server },
  token: string | null,
  { path = '/graphql?query={__typename}', remoteAddress = '198.51.100.7' } = {},
): Promise<Response> =>
  server.fetch(
    new Request(`http://localhost${path}`, {
      headers: token === null ? {} : { authorization: `Bearer ${token}` },
    }),
    { remoteAddress },
  );

/** The statuses of so many requests, one after the other. */
async function statuses(count: number, one: () => Promise<Response>): Promise<number[]> {
  const found: number[] = [];
  for (let n = 0; n < count; n++) found.push((await one()).status);
  return found;
}

const ada = await tokenOf('ada');
const grace = await tokenOf('grace');

/** A token nobody made, another each time. */
const guess = () => `otk_${randomUUID().replaceAll('-', '')}`;

describe('a caller', () => {
  test('is refused past the limit, by whatever door and address, and nobody else is', async () => {
    const server = await start({ RATE_LIMIT_PER_CALLER: '3' });
    const paths = ['/graphql?query={__typename}', '/api/audit-logs', '/tlog/x/checkpoint'];
    for (const path of paths) expect((await ask(server, ada, { path })).status).not.toBe(429);
    for (const path of [...paths, '/api/organisations', '/schema.graphql']) {
      expect((await ask(server, ada, { path, remoteAddress: '198.51.100.8' })).status).toBe(429);
    }
    expect((await ask(server, grace)).status).toBe(200);
  });

  test('is one person with however many tokens', async () => {
    const server = await start({ RATE_LIMIT_PER_CALLER: '2' });
    await ask(server, ada);
    await ask(server, await tokenOf('ada', { jti: 'another' }));
    expect((await ask(server, await tokenOf('ada', { jti: 'a third' }))).status).toBe(429);
  });

  test('that is an API key is counted by itself, not with its maker', async () => {
    const server = await start({ RATE_LIMIT_PER_CALLER: '3' });
    const owner = server.as('ada');
    const organization = await createOrganization(owner, { name: 'Acme' });
    const made = await owner(
      `mutation($id: ID!) { createApiKey(input: { organizationId: $id, name: "k", permissions: ["organization:read"] }) { ... on CreateApiKeySuccess { secret } } }`,
      { id: organization.id },
    );
    const { secret } = made.data.createApiKey;
    expect(await statuses(4, () => ask(server, secret))).toEqual([200, 200, 200, 429]);
    expect((await ask(server, ada)).status).toBe(200);
    expect((await ask(server, ada)).status).toBe(429);
  });

  test('is heard again when the window is over', async () => {
    const server = await start({ RATE_LIMIT_PER_CALLER: '1', RATE_LIMIT_WINDOW_SECONDS: '1' });
    expect(await statuses(2, () => ask(server, ada))).toEqual([200, 429]);
    await sleep(1_100);
    expect((await ask(server, ada)).status).toBe(200);
  });
});

describe('an address', () => {
  test('is refused past its limit before anything is done for it, probes apart', async () => {
    const server = await start({ RATE_LIMIT_PER_ADDRESS: '2' });
    expect(await statuses(3, () => ask(server, null, { path: '/nowhere' }))).toEqual([
      404, 404, 429,
    ]);
    expect((await ask(server, ada)).status).toBe(429);
    expect((await ask(server, ada, { remoteAddress: '198.51.100.8' })).status).toBe(200);
    for (const path of ['/health', '/ready']) {
      expect((await ask(server, null, { path })).status).toBe(200);
    }
  });

  test('is a whole /64 network of IPv6, since one host has all of it', async () => {
    const server = await start({ RATE_LIMIT_PER_ADDRESS: '2' });
    const from = (remoteAddress: string) => ask(server, ada, { remoteAddress });
    expect((await from('2001:db8::1')).status).toBe(200);
    expect((await from('2001:db8:0:0:ffff::2')).status).toBe(200);
    expect((await from('2001:0db8:0::abcd:1:2:3')).status).toBe(429);
    expect((await from('2001:db8:0:1::1')).status).toBe(200);
  });

  test('cannot be made up by a header, unless a proxy is trusted', async () => {
    const server = await start({ RATE_LIMIT_PER_ADDRESS: '1' });
    const from = (forwarded: string) =>
      server.server.fetch(
        new Request('http://localhost/', { headers: { 'x-forwarded-for': forwarded } }),
        { remoteAddress: '198.51.100.7' },
      );
    expect((await from('203.0.113.1')).status).toBe(302);
    expect((await from('203.0.113.2')).status).toBe(429);
  });
});

describe('probing without a valid token', () => {
  test('is limited harder than the signed in, who are heard at the same address all the while', async () => {
    const server = await start({ RATE_LIMIT_FAILED_SIGN_INS: '3' });
    expect(await statuses(2, () => ask(server, guess()))).toEqual([401, 401]);
    expect(await statuses(2, () => ask(server, null))).toEqual([401, 429]);
    expect(await statuses(2, () => ask(server, guess()))).toEqual([429, 429]);
    expect((await ask(server, null, { path: '/api/audit-logs' })).status).toBe(429);
    expect(await statuses(3, () => ask(server, ada))).toEqual([200, 200, 200]);
    expect((await ask(server, guess(), { remoteAddress: '198.51.100.8' })).status).toBe(401);
  });
});

describe('an answer', () => {
  test('says what is left, in the fields of the IETF draft', async () => {
    const server = await start({ RATE_LIMIT_PER_CALLER: '5', RATE_LIMIT_PER_ADDRESS: '10' });
    const { headers } = await ask(server, ada);
    expect(headers.get('ratelimit-policy')).toBe('"address";q=10;w=60, "caller";q=5;w=60');
    expect(headers.get('ratelimit')).toMatch(/^"address";r=9;t=\d+, "caller";r=4;t=\d+$/);
    expect((await ask(server, null, { path: '/health' })).headers.has('ratelimit')).toBe(false);
  });

  test('past the limit is 429 and says when to come again, in the form of its door', async () => {
    const server = await start({ RATE_LIMIT_PER_CALLER: '1' });
    await ask(server, ada);
    const message = expect.stringMatching(
      /^At most 1 requests of one caller in 60 seconds: try again in \d+\.$/,
    );
    const graphql = await ask(server, ada);
    expect(Number(graphql.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(Number(graphql.headers.get('retry-after'))).toBeLessThanOrEqual(60);
    expect(graphql.headers.get('ratelimit')).toContain('"caller";r=0;');
    expect(await graphql.json()).toEqual({
      errors: [{ message, extensions: { code: 'RATE_LIMITED' } }],
    });
    const rest = await ask(server, ada, { path: '/api/audit-logs' });
    expect(rest.headers.get('content-type')).toBe('application/problem+json');
    expect(rest.headers.has('retry-after')).toBe(true);
    expect(await rest.json()).toMatchObject({ status: 429, code: 'RATE_LIMITED', detail: message });
  });

  test('says nothing of limits that are switched off', async () => {
    const { headers, status } = await ask(
      await start({ RATE_LIMIT: 'off', RATE_LIMIT_PER_ADDRESS: '1' }),
      ada,
    );
    expect([status, headers.has('ratelimit'), headers.has('ratelimit-policy')]).toEqual([
      200,
      false,
      false,
    ]);
  });
});

describe.runIf(inject('provider') === 'postgresql')('several processes', () => {
  /** Another server on the database of one. */
  function secondServer({ config, database, clock, signer }: TestServer): Server {
    const server = createServer({
      config,
      database,
      clock,
      signer,
      log: pino({ level: 'silent' }),
    });
    afterAll(() => server.close());
    return server;
  }
  const SHARED = { RATE_LIMIT_STORE: 'postgres' };

  test('on one Postgres count callers and failures together', async () => {
    const one = await start({
      ...{ ...SHARED, RATE_LIMIT_PER_CALLER: '3', RATE_LIMIT_FAILED_SIGN_INS: '2' },
    });
    const other = { server: secondServer(one) };
    expect(await statuses(2, () => ask(one, ada))).toEqual([200, 200]);
    expect(await statuses(2, () => ask(other, ada))).toEqual([200, 429]);
    expect(await statuses(2, () => ask(one, null))).toEqual([401, 401]);
    expect((await ask(other, null)).status).toBe(429);
    const rows = await one.query<{ key: string; points: number }>(
      `SELECT "key", "points" FROM "RateCount" ORDER BY "key"`,
    );
    expect(rows).toEqual([
      { key: expect.stringMatching(/^caller:usr_/), points: 3 },
      { key: 'failed-sign-in:198.51.100.7', points: 3 },
    ]);
  });

  test('without it each count by themselves, at once, and the limit stands', async () => {
    const server = await start({
      ...SHARED,
      RATE_LIMIT_PER_CALLER: '2',
      DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing',
    });
    expect(await statuses(3, () => ask(server, ada))).toEqual([200, 200, 429]);
  });
});
