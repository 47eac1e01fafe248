import { expect, test } from 'vitest';
import { DAY_MS, MINUTE_MS } from '../../src/kernel/clock.ts';
import { type Data, startServer, tokenOf } from '../support/client.ts';
import { createOrganization, logOf, record } from '../support/organizations.ts';

const { as, advance, withToken } = await startServer();
const ada = as('ada');

test('a clock that jumps back takes no entry behind the one before it, and forgets no idempotency key', async () => {
  const { id } = await createOrganization(ada, { name: 'Jumps' });
  const event = { scope: 'COST', action: 'a.b', idempotencyKey: 'one' };
  await record(ada, id, [event]);
  advance(-2 * DAY_MS);
  expect(await record(ada, id, [event, { ...event, idempotencyKey: 'two' }])).toMatchObject({
    recordedCount: 1,
    duplicateCount: 1,
  });
  advance(2 * DAY_MS);
  const entries: Data[] = await logOf(ada, id);
  expect(entries.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
  const recorded = entries.map(({ recordedAt }) => recordedAt);
  expect(recorded).toEqual(recorded.toSorted());
});

test('a token that expired is refused whatever the clock said before', async () => {
  const now = Math.floor(Date.now() / 1_000);
  const short = withToken(tokenOf('ada', { exp: now + 600 }));
  const asked = () => short('{ viewer { user { id } } }');
  advance(-10 * MINUTE_MS);
  expect((await asked()).status).toBe(200);
  advance(30 * MINUTE_MS);
  expect((await asked()).status).toBe(401);
  advance(-20 * MINUTE_MS);
});
