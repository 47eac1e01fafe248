import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, describe, expect, inject, test } from 'vitest';
import { readUntil } from '../src/database/read-until.ts';
import { listen } from '../src/http/listen.ts';
import { UnavailableError } from '../src/kernel/errors.ts';
import { codesOf, dataOf, startServer, tokenOf } from './support/client.ts';
import { createOrganization } from './support/organizations.ts';
import { waitingPids } from './support/waiting.ts';

const TIMEOUT_MS = 2_000;
const { as, database, query, server, url } = await startServer({
  env: { REQUEST_TIMEOUT_MS: String(TIMEOUT_MS) },
});
const patient = await startServer();
const LOG = 'query($id: ID!) { auditLogs(organizationId: $id) { nodes { id } } }';
const organization = await createOrganization(as('ada'), { name: 'Slow' });

/** Holds a table so that every statement that reads it waits, until it is let go. */
async function holding(databaseUrl: string, table: string): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(`BEGIN; LOCK TABLE "${table}" IN ACCESS EXCLUSIVE MODE`);
  return () => client.end();
}

const waiting = async (on: { query: typeof query }) => (await waitingPids(on)).length;

/** Far below what Postgres itself would let a statement wait. */
const SOON = { timeout: 3_000, interval: 20 };

test('nothing is read for who was given up, on either door', async () => {
  const end = AbortSignal.abort(new UnavailableError('Given up.'));
  const given = { code: 'UNAVAILABLE', message: 'Given up.' };
  await readUntil(end, async () => {
    await expect(database.select('SELECT 1', [])).rejects.toMatchObject(given);
    await expect(database.read.organization.findMany()).rejects.toMatchObject(given);
    await expect(
      database.read.organization.findUnique({ where: { id: organization.id } }),
    ).rejects.toMatchObject(given);
  });
  expect(await database.select('SELECT 1 AS "one"', [])).toEqual([{ one: 1 }]);
});

// On SQLite a statement runs to its end on the process's own thread: there is none beside it to look.
describe.skipIf(inject('provider') === 'sqlite')('on Postgres', async () => {
  const listener = await listen(patient.server, { port: 0, host: '127.0.0.1' });
  const impatient = await listen(server, { port: 0, host: '127.0.0.1' });
  afterAll(async () => {
    await listener.close(0);
    await impatient.close(0);
  });
  const other = await createOrganization(patient.as('ada'), { name: 'Left' });
  const authorization = `Bearer ${await tokenOf('ada')}`;

  const ask = (document: string, signal?: AbortSignal, id = other.id): Promise<Response> =>
    fetch(`http://127.0.0.1:${listener.port}/graphql`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ query: document, variables: document.includes('$id') ? { id } : {} }),
      signal: signal ?? null,
    });

  test.each([
    ['of a table that we read', 'AuditLog', LOG, 0],
    ['of a table that Prisma reads', 'Membership', '{ organizations { nodes { name } } }', 0],
    ['that came before', 'AuditLog', LOG, 3],
  ])(
    'a query that takes too long stops in the database too: %s',
    async (_, table, document, times) => {
      const variables = document.includes('$id') ? { id: organization.id } : {};
      for (let time = 0; time < times; time += 1) dataOf(await as('ada')(document, variables));
      const letGo = await holding(url, table);
      const answer = await as('ada')(document, variables);
      expect([answer.status, codesOf(answer)]).toEqual([503, ['UNAVAILABLE']]);
      expect(answer.errors?.[0]?.message).toContain(`${TIMEOUT_MS} ms`);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
      await expect.poll(() => waiting({ query }), SOON).toBe(0);
      await letGo();
      dataOf(await as('ada')(document, variables));
    },
  );

  test('a connection whose statement was cancelled is never used again', async () => {
    const letGo = await holding(patient.url, 'AuditLog');
    const client = new AbortController();
    const answer = ask(LOG, client.signal).catch((error: Error) => error.name);
    let pid: number | undefined;
    // It begins on a shared connection, which it leaves after 25 ms.
    const waitsOnItsOwn = async () => {
      const [before] = await waitingPids(patient);
      await sleep(100);
      [pid] = await waitingPids(patient);
      return pid !== undefined && pid === before;
    };
    await expect.poll(waitsOnItsOwn, SOON).toBe(true);
    client.abort();
    await answer;
    await expect.poll(() => waiting(patient), SOON).toBe(0);
    await letGo();
    const standing = () => patient.query(`SELECT pid FROM pg_stat_activity WHERE pid = ${pid}`);
    await expect.poll(standing, SOON).toEqual([]);
    expect((await (await ask(LOG)).json()).errors).toBeUndefined();
  });

  test('a page by REST that takes too long stops in the database too', async () => {
    const letGo = await holding(url, 'AuditLog');
    const answer = await fetch(
      `http://127.0.0.1:${impatient.port}/api/audit-logs?organizationId=${organization.id}`,
      { headers: { authorization } },
    );
    expect([answer.status, await answer.json()]).toMatchObject([
      503,
      { code: 'UNAVAILABLE', detail: expect.stringContaining(`${TIMEOUT_MS} ms`) },
    ]);
    await expect.poll(() => waiting({ query }), SOON).toBe(0);
    await letGo();
  });

  test.each([
    ['a page', 'AuditLog', LOG],
    ['a list that Prisma reads', 'Membership', '{ organizations { nodes { name } } }'],
  ])('a client that goes away stops its query: %s', async (_, table, document) => {
    const letGo = await holding(patient.url, table);
    const client = new AbortController();
    const answer = ask(document, client.signal).catch((error: Error) => error.name);
    await expect.poll(() => waiting(patient), SOON).toBeGreaterThan(0);
    client.abort();
    expect(await answer).toBe('AbortError');
    await expect.poll(() => waiting(patient), SOON).toBe(0);
    await letGo();
  });

  test('a client that goes away does not stop its mutation', async () => {
    const letGo = await holding(patient.url, 'AuditLog');
    const client = new AbortController();
    const rename = `mutation { updateOrganization(input: { organizationId: "${other.id}", name: "Renamed" }) { __typename } }`;
    const answer = ask(rename, client.signal).catch((error: Error) => error.name);
    await expect.poll(() => waiting(patient), SOON).toBeGreaterThan(0);
    client.abort();
    await answer;
    await letGo();
    const name = async () =>
      (await patient.database.read.organization.findMany({ where: { id: other.id } }))[0]?.name;
    await expect.poll(name, SOON).toBe('Renamed');
  });

  test('rows that Prisma reads for several callers at once stay with those who wait', async () => {
    const letGo = await holding(patient.url, 'Organization');
    const { read } = patient.database;
    const client = new AbortController();
    const find = () => read.organization.findUnique({ where: { id: other.id } });
    const left = readUntil(client.signal, async () => await find()).catch(() => 'given up');
    const kept = find();
    await expect.poll(() => waiting(patient), SOON).toBe(1);
    client.abort(new UnavailableError('Given up.'));
    await expect(Promise.race([kept, sleep(300, 'waits')])).resolves.toBe('waits');
    await letGo();
    expect(await kept).toMatchObject({ id: other.id });
    await left;
  });

  test('what is cancelled is never the statement of somebody else', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 600 }, async (_, at) => {
        await new Promise((resolve) => setTimeout(resolve, at));
        if (at % 2 === 0) {
          const answer = await (await ask(LOG)).json();
          return JSON.stringify(answer.errors ?? answer.data.auditLogs.nodes.length);
        }
        const client = new AbortController();
        setTimeout(() => client.abort(), Math.random() * 8);
        return ask(LOG, client.signal).then(
          () => 'answered',
          () => 'left',
        );
      }),
    );
    const kept = new Set(outcomes.filter((_, at) => at % 2 === 0));
    expect([...kept]).toEqual(['2']);
    expect(outcomes).toContain('left');
  });
});
