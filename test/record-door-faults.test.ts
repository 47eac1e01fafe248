import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { recordAuditLogs } from '../src/features/audit-log/record-audit-logs.ts';
import { openSession } from '../src/ledger/session.ts';
import { type Data, dataOf, startServer, tokenOf } from './support/client.ts';
import { createOrganization, logOf } from './support/organizations.ts';

const { as, database, advance, clock, send } = await startServer();
const ada = as('ada');

const event = (n: number) => ({ scope: 'COST', action: 'a.b', resourceUID: String(n) });
const lineOf = (n: number) => Buffer.from(`${JSON.stringify(event(n))}\n`);

type Send = typeof send;

async function post(organizationId: string, init: RequestInit, by: Send = send) {
  return by(
    {
      method: 'POST',
      duplex: 'half',
      ...init,
      headers: {
        authorization: `Bearer ${await tokenOf('ada')}`,
        'content-type': 'application/x-ndjson',
        'x-organization-id': organizationId,
        ...init.headers,
      },
    } as RequestInit,
    '/api/audit-logs',
  );
}

/** A stream of events under way: lines are said and receipts heard one by one. */
async function openStream(organizationId: string, init: RequestInit = {}, by: Send = send) {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const say = (n: number) => void writer.write(lineOf(n)).catch(() => undefined);
  say(1);
  const response = await post(
    organizationId,
    { body: readable as unknown as BodyInit, ...init },
    by,
  );
  const reader = (response.body ?? new ReadableStream()).getReader();
  const heard = async (): Promise<Data> =>
    JSON.parse(Buffer.from((await reader.read()).value ?? []).toString());
  const ended = async (): Promise<boolean> => (await reader.read()).done;
  return { say, heard, ended };
}

const uidsIn = async (id: string) =>
  (await logOf(ada, id)).flatMap(({ action, resourceUID }) =>
    action === 'a.b' ? [resourceUID] : [],
  );

test('when more waits than memory should hold, callers are told when to come again, and nothing is half done', async () => {
  const { id } = await createOrganization(ada, { name: 'Full' });
  const gate = Promise.withResolvers<void>();
  const held = database.write(async (transaction) => {
    await transaction.ledger.updateMany({
      where: { organizationId: id },
      data: { size: { increment: 0 } },
    });
    await gate.promise;
  });
  const { viewer } = dataOf(await ada('{ viewer { user { id email } } }'));
  const actor = { type: 'USER', ...viewer.user, name: 'ada' };
  const session = openSession(database, clock, actor);
  // 240 KB each, and 64 MiB may wait: this fills it with few events.
  const heavy = { ...event(0), scope: 'COST', metadata: { text: 'x'.repeat(240_000) } } as const;
  const heavies = Array.from({ length: 10 }, () => heavy);
  const filling: Promise<number>[] = [];
  const fill = (): void => {
    for (let n = 0; n < 30; n++) {
      const recorded = recordAuditLogs(session, id, heavies);
      filling.push(
        recorded.then(
          (receipts) => receipts.length,
          () => 0,
        ),
      );
    }
  };
  fill();
  // Two batches are under way by now, and wait for the lock; what they left room for comes after.
  await pause(50);
  fill();
  const headers = { 'content-type': 'application/json' };
  const refused = await post(id, { body: JSON.stringify([...heavies, heavy]), headers });
  gate.resolve();
  await held;
  expect(refused.status).toBe(503);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  expect(await refused.json()).toMatchObject({ code: 'UNAVAILABLE' });
  const takenCount = (await Promise.all(filling)).reduce((sum, count) => sum + count, 0);
  expect(takenCount).toBeGreaterThan(200);
  expect(takenCount).toBeLessThan(600);
  const { totalCount } = dataOf(
    await ada('query($id: ID!) { auditLogs(organizationId: $id) { totalCount } }', { id }),
  ).auditLogs;
  expect(totalCount).toBe(takenCount + 1);
});

test('what a client said before it hung up is recorded, and the next is served', async () => {
  const { id } = await createOrganization(ada, { name: 'Hung up' });
  const gone = new AbortController();
  const { say, heard } = await openStream(id, { signal: gone.signal });
  expect(await heard()).toMatchObject({ line: 1, status: 'RECORDED' });
  gone.abort();
  say(2);
  await (await post(id, { body: lineOf(3) })).text();
  const uids = await uidsIn(id);
  expect(uids).toContain('1');
  expect(uids).toContain('3');
});

test('a server that stops says how far a stream was read', async () => {
  const other = await startServer();
  const own = other.as('ada');
  const { id } = await createOrganization(own, { name: 'Stopping' });
  const { heard } = await openStream(id, {}, other.send);
  expect(await heard()).toMatchObject({ line: 1, status: 'RECORDED' });
  const closed = other.server.close();
  expect(await heard()).toMatchObject({
    done: false,
    recorded: 1,
    lastLine: 1,
    error: { code: 'UNAVAILABLE' },
  });
  await closed;
});

test('a key that expires during a stream records nothing after that', async () => {
  const { id } = await createOrganization(ada, { name: 'Expires' });
  const input = {
    organizationId: id,
    name: 'K',
    permissions: ['auditLog:record'],
    expiresAt: new Date(clock().getTime() + 3_600_000).toISOString(),
  };
  const { createApiKey } = dataOf(
    await ada(
      'mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) { ... on CreateApiKeySuccess { secret } } }',
      { input },
    ),
  );
  const authorization = `Bearer ${createApiKey.secret}`;
  const { say, heard, ended } = await openStream(id, { headers: { authorization } });
  expect(await heard()).toMatchObject({ line: 1, status: 'RECORDED' });
  say(2);
  expect(await heard()).toMatchObject({ line: 2, status: 'RECORDED' });
  advance(3_600_001);
  say(3);
  expect(await heard()).toMatchObject({ done: false, recorded: 2, error: { code: 'NOT_FOUND' } });
  expect(await ended()).toBe(true);
  expect(await uidsIn(id)).toEqual(['1', '2']);
});
