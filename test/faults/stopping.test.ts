import { request } from 'node:http';
import { createInterface } from 'node:readline';
import { afterAll, expect, test } from 'vitest';
import type { Database } from '../../src/database/database.ts';
import { openDatabase } from '../../src/database/open.ts';
import { ask } from '../support/asking.ts';
import { type Data, tokenOf } from '../support/client.ts';
import { emptyPlace } from '../support/database.ts';
import { serveProcess } from '../support/served-process.ts';

const place = await emptyPlace();
const token = await tokenOf('ada');
let database: Database | undefined;
afterAll(async () => {
  await database?.close();
  await place.remove();
});

const CREATE =
  'mutation { createOrganization(input: { name: "Stopping" }) { ... on CreateOrganizationSuccess { organization { id } } } }';
const RECORD =
  'mutation($input: RecordAuditLogsInput!) { recordAuditLogs(input: $input) { ... on RecordAuditLogsSuccess { recordedCount } } }';

/** A server with an organization whose log somebody holds until `letGo`: what records there waits. */
async function heldServer() {
  const server = await serveProcess(place.url);
  const { port } = server;
  const heard = await ask(port, token, { query: CREATE });
  const organizationId: string = heard?.body.data.createOrganization.organization.id;
  database ??= await openDatabase(place.url);
  const gate = Promise.withResolvers<void>();
  const isHeld = Promise.withResolvers<void>();
  const held = database.write(async (transaction) => {
    const where = { organizationId };
    await transaction.ledger.updateMany({ where, data: { size: { increment: 0 } } });
    isHeld.resolve();
    await gate.promise;
  });
  const letGo = async (): Promise<void> => {
    gate.resolve();
    await held;
  };
  const record = (n: number) => {
    const event = { scope: 'COST', action: 'a.b', idempotencyKey: `key ${n}` };
    const input = { organizationId, events: [event] };
    return ask(port, token, { query: RECORD, variables: { input } });
  };
  return { ...server, organizationId, hold: isHeld.promise, letGo, record };
}

/** An open stream of events, each of its lines as it is heard; the sender never ends it. */
function openStream(port: number, organizationId: string) {
  const outgoing = request({
    port,
    method: 'POST',
    path: '/api/audit-logs',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/x-ndjson',
      'x-organization-id': organizationId,
    },
  });
  outgoing.on('error', () => undefined);
  const lines: Data[] = [];
  const ended = new Promise<void>((resolve) => {
    outgoing.on('response', (response) => {
      const heard = createInterface({ input: response });
      heard.on('line', (line) => lines.push(JSON.parse(line)));
      heard.on('close', resolve);
      response.on('error', () => resolve());
    });
  });
  outgoing.write('{"scope":"COST","action":"a.b"}\n');
  return { lines, ended };
}

/** Connections are taken in their order: what was sent before this was answered has arrived. */
const arrived = async (port: number): Promise<void> => {
  for (let n = 0; n < 3; n++) await fetch(`http://127.0.0.1:${port}/health`);
};

test('SIGTERM under load: whoever has asked is answered, a stream says where it ended, and the exit code is 0', async () => {
  const { child, port, exited, organizationId, hold, letGo, record } = await heldServer();
  await hold;
  const { lines, ended } = openStream(port, organizationId);
  const asked = Array.from({ length: 40 }, (_, n) => record(n));
  await arrived(port);
  child.kill('SIGTERM');
  await expect
    .poll(() => fetch(`http://127.0.0.1:${port}/health`).catch(() => 'refused'))
    .toBe('refused');
  await letGo();
  const answers = await Promise.all(asked);
  expect(answers.map((heard) => heard?.body.data?.recordAuditLogs?.recordedCount)).toEqual(
    answers.map(() => 1),
  );
  await ended;
  expect(lines.at(-1)).toMatchObject({ done: false, error: { code: 'UNAVAILABLE' } });
  expect(await exited).toBe(0);
}, 60_000);

test('a second signal ends at once, whoever waits', async () => {
  const { child, port, exited, hold, letGo, record } = await heldServer();
  await hold;
  const asked = record(1);
  await arrived(port);
  child.kill('SIGTERM');
  await expect
    .poll(() => fetch(`http://127.0.0.1:${port}/health`).catch(() => 'refused'))
    .toBe('refused');
  child.kill('SIGTERM');
  expect(await exited).toBe(1);
  expect(await asked).toBe(null);
  await letGo();
}, 60_000);
