import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { SignJWT } from 'jose';
import { afterAll, expect, inject, test } from 'vitest';
import { appendLeaves } from '../src/ledger/merkle.ts';
import type { Data } from './support/client.ts';
import { emptyPlace } from './support/database.ts';
import { KILL_ROUNDS } from './support/kill-rounds.ts';

const EVENT_COUNT = 4_000;
const SECRET = 'a secret of this test run, more than 32 bytes';
const SERVE = "import('./src/main.ts').then(({ serve }) => serve())";

const place = await emptyPlace();
const children: ChildProcess[] = [];
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await place.remove();
});

const token = await new SignJWT({ email: 'ada@example.com' })
  .setProtectedHeader({ alg: 'HS256' })
  .setSubject('ada')
  .setExpirationTime('1h')
  .sign(new TextEncoder().encode(SECRET));

/** A server process on the one database, and its port once it listens. */
async function start() {
  const child = spawn(process.execPath, ['-e', SERVE], {
    env: {
      PORT: '0',
      JWT_SECRET: SECRET,
      RATE_LIMIT: 'off',
      DATABASE_URL: place.url,
      ...(inject('provider') === 'postgresql' && { MIGRATE_ON_START: 'on' }),
    },
  });
  children.push(child);
  const exited = once(child, 'exit');
  let output = '';
  const port = await new Promise<number>((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      output += chunk;
      const [, found] = /"port":(\d+)/.exec(output) ?? [];
      if (found) resolve(Number(found));
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    void exited.then(() => reject(new Error(`The server ended:\n${output}`)));
  });
  return { child, exited, port };
}

const events = Array.from({ length: EVENT_COUNT }, (_, n) =>
  JSON.stringify({ scope: 'COST', action: 'a.b', resourceUID: `${n}`, idempotencyKey: `key ${n}` }),
);

async function hearAll(response: IncomingMessage, hear: (line: Data) => void): Promise<void> {
  try {
    for await (const line of createInterface({ input: response })) {
      if (line.endsWith('}')) hear(JSON.parse(line));
    }
  } catch {
    // The server was killed: what was heard before stands.
  }
}

/** Sends every event; gives each line of the answer to `hear` until the connection ends. */
function send(port: number, organizationId: string, hear: (line: Data) => void): Promise<void> {
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
  const ended = new Promise<void>((resolve) => {
    outgoing.on('error', () => resolve());
    outgoing.on('response', (response) => void hearAll(response, hear).finally(resolve));
  });
  outgoing.end(`${events.join('\n')}\n`);
  return ended;
}

async function createOrganization(port: number): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: '{"query":"mutation { createOrganization(input: { name: \\"Killed\\" }) { ... on CreateOrganizationSuccess { organization { id } } } }"}',
  });
  const { data } = (await response.json()) as Data;
  return data.createOrganization.organization.id;
}

test('a server killed again and again in the middle of an import loses nothing it acknowledged and doubles nothing', {
  timeout: 60_000 + KILL_ROUNDS * 30_000,
}, async () => {
  let server = await start();
  const id = await createOrganization(server.port);
  const acknowledged = new Map<string, number>();
  let brokenCount = 0;
  for (let round = 1; round <= KILL_ROUNDS; round++) {
    const { child, exited, port } = server;
    // Later in each round, so that each adds to what the one before left.
    const enough = (EVENT_COUNT * (round - Math.random())) / (KILL_ROUNDS + 1);
    let heardCount = 0;
    let isWhole = false;
    await send(port, id, (line) => {
      if (line.done) isWhole = true;
      if (line.sequence) acknowledged.set(events[line.line - 1] ?? '', line.sequence);
      heardCount += 1;
      if (heardCount > enough) child.kill('SIGKILL');
    });
    child.kill('SIGKILL');
    await exited;
    if (!isWhole) brokenCount += 1;
    server = await start();
  }
  expect(brokenCount, 'imports that a kill broke off').toBeGreaterThan(0);

  let last: Data;
  await send(server.port, id, (line) => {
    last = line;
  });
  expect(last).toMatchObject({ done: true, rejected: 0 });
  expect(last.recorded + last.duplicate).toBe(EVENT_COUNT);

  const rows = await place.query<Data>(
    'SELECT e."sequence", e."resourceUID", e."leafHash" FROM "AuditLog" e JOIN "Ledger" l ON l."id" = e."ledgerId" WHERE l."organizationId" = $1 ORDER BY e."sequence"',
    [id],
  );
  expect(rows.map(({ sequence }) => Number(sequence))).toEqual(
    Array.from({ length: EVENT_COUNT + 1 }, (_, n) => n + 1),
  );
  expect(new Set(rows.slice(1).map(({ resourceUID }) => resourceUID)).size).toBe(EVENT_COUNT);
  for (const [event, sequence] of acknowledged) {
    expect(rows[sequence - 1]?.resourceUID).toBe(JSON.parse(event).resourceUID);
  }
  const [head] = await place.query<Data>(
    'SELECT "root" FROM "Ledger" WHERE "organizationId" = $1',
    [id],
  );
  const tree = appendLeaves(
    new Uint8Array(0),
    0,
    rows.map(({ leafHash }) => leafHash),
  );
  expect(Buffer.from(head.root).equals(Buffer.from(tree.root))).toBe(true);
});
