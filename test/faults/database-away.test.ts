import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { migrate } from '../../src/database/migrations.ts';
import { openDatabase } from '../../src/database/open.ts';
import { UnavailableError } from '../../src/kernel/errors.ts';
import { tokenOf } from '../support/client.ts';
import { type PostgresServer, startPostgres } from '../support/postgres-process.ts';
import { queryAt } from '../support/query-at.ts';
import { serveProcess } from '../support/served-process.ts';
import { startProxy, type TcpProxy } from '../support/tcp-proxy.ts';

/** What a silent connection may cost a request: a second over the longest statement, and some more. */
const ANSWERED_MS = 20_000;
const SOON = { timeout: 30_000, interval: 100 };

describe.runIf(inject('provider') === 'postgresql')('a Postgres out of reach', () => {
  let postgres: PostgresServer;
  let way: URL;
  let proxy: TcpProxy;
  let port: number;
  let token: string;
  // Not before: what a describe begins that is left out, nobody ends.
  beforeAll(async () => {
    postgres = await startPostgres();
    await migrate(postgres.url);
    way = new URL(postgres.url);
    proxy = await startProxy(Number(way.port));
    way.port = String(proxy.port);
    ({ port } = await serveProcess(way.href));
    token = await tokenOf('ada');
  }, 120_000);
  afterAll(async () => {
    await proxy.close();
    await postgres.stop();
  });

  beforeEach(() => proxy.set('through'));

  const get = async (path: string) =>
    (await fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(ANSWERED_MS) }))
      .status;
  const post = (query: string) =>
    fetch(`http://127.0.0.1:${port}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
      signal: AbortSignal.timeout(ANSWERED_MS),
    });
  /** Whom a token speaks for is remembered; what is theirs is not. */
  const READ = '{ organizations(first: 1) { nodes { id } } }';
  const FOUND =
    'mutation { createOrganization(input: { name: "A" }) { ... on CreateOrganizationSuccess { organization { id } } } }';
  const isServing = async () => (await (await post(FOUND)).json()).data?.createOrganization;
  /** Unavailable to those who ask, alive to those who look. */
  const expectAway = async (): Promise<void> => {
    const answers = await Promise.all([post(READ), post(FOUND)]);
    for (const answer of answers) {
      expect(answer.status).toBe(503);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
      expect((await answer.json()).errors[0].extensions.code).toBe('UNAVAILABLE');
    }
    expect(await get('/health')).toBe(200);
    // What it says is at most a second old.
    await expect.poll(() => get('/ready'), SOON).toBe(503);
  };
  const expectBack = async (): Promise<void> => {
    await expect.poll(() => get('/ready'), SOON).toBe(200);
    await expect.poll(isServing, SOON).toBeTruthy();
  };

  test('that cuts its connections and takes no others is told, and served again without a restart', {
    timeout: 90_000,
  }, async () => {
    await expectBack();
    proxy.set('cut');
    await expectAway();
    proxy.set('through');
    await expectBack();
  });

  test('that swallows all that is said is told in time, and leaves no connection that waits', {
    timeout: 120_000,
  }, async () => {
    const database = await openDatabase(way.href);
    await expectBack();
    const cut = database
      .write(async (transaction) => {
        await transaction.tombstone.count();
        proxy.set('swallowed');
        await transaction.tombstone.count();
      })
      .catch((error: unknown) => error);
    await expect.poll(() => get('/ready'), SOON).toBe(503);
    await expectAway();
    expect(await cut).toBeInstanceOf(UnavailableError);
    proxy.set('through');
    await expectBack();
    const startedAt = performance.now();
    expect(await database.write((transaction) => transaction.tombstone.count())).toBe(0);
    expect(performance.now() - startedAt, 'not on the silent connection').toBeLessThan(8_000);
    await database.close();
  });

  test('that takes no changes is not ready, refuses changes and still answers reads', {
    timeout: 90_000,
  }, async () => {
    const { query } = queryAt(postgres.url);
    const setReadOnly = async (value: 'on' | 'off') => {
      await query(`ALTER SYSTEM SET default_transaction_read_only = ${value}`);
      await query('SELECT pg_reload_conf()');
    };
    await expectBack();
    await setReadOnly('on');
    await expect.poll(() => get('/ready'), SOON).toBe(503);
    const refused = await post(FOUND);
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect((await refused.json()).errors[0].extensions.code).toBe('UNAVAILABLE');
    expect((await post(READ)).status).toBe(200);
    await setReadOnly('off');
    await expectBack();
  });
});

test.runIf(inject('provider') === 'postgresql')(
  'a database that is away at the start is said in plain words, with an exit code for whoever starts it again',
  async () => {
    const nobody = await startProxy(1);
    nobody.set('cut');
    const started = serveProcess(`postgres://a:b@127.0.0.1:${nobody.port}/c`);
    await expect(started).rejects.toThrow('Orgtrail cannot start: The database is busy or out of');
    await nobody.close();
  },
);
