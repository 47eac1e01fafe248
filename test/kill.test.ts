import { afterAll, expect, test } from 'vitest';
import { appendLeaves } from '../src/ledger/merkle.ts';
import { stream } from './support/asking.ts';
import { type Data, tokenOf } from './support/client.ts';
import { emptyPlace } from './support/database.ts';
import { KILL_ROUNDS } from './support/kill-rounds.ts';
import { serveProcess } from './support/served-process.ts';

const EVENT_COUNT = 4_000;

const place = await emptyPlace();
const token = await tokenOf('ada');
afterAll(() => place.remove());

const events = Array.from({ length: EVENT_COUNT }, (_, n) =>
  JSON.stringify({ scope: 'COST', action: 'a.b', resourceUID: `${n}`, idempotencyKey: `key ${n}` }),
);

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
  let server = await serveProcess(place.url);
  const id = await createOrganization(server.port);
  const acknowledged = new Map<string, number>();
  let brokenCount = 0;
  for (let round = 1; round <= KILL_ROUNDS; round++) {
    const { child, exited, port } = server;
    // Later in each round, so that each adds to what the one before left.
    const enough = (EVENT_COUNT * (round - Math.random())) / (KILL_ROUNDS + 1);
    let heardCount = 0;
    let isWhole = false;
    await stream(port, token, id, events, (line) => {
      if (line.done) isWhole = true;
      if (line.sequence) acknowledged.set(events[line.line - 1] ?? '', line.sequence);
      heardCount += 1;
      if (heardCount > enough) child.kill('SIGKILL');
    });
    child.kill('SIGKILL');
    await exited;
    if (!isWhole) brokenCount += 1;
    server = await serveProcess(place.url);
  }
  expect(brokenCount, 'imports that a kill broke off').toBeGreaterThan(0);

  let last: Data;
  await stream(server.port, token, id, events, (line) => {
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
