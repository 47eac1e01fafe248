import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { prepareDemo } from '../src/features/demo/prepare-demo.ts';
import { systemClock } from '../src/kernel/clock.ts';
import { PRODUCT_SCOPES } from '../src/kernel/vocabulary.ts';
import { type FreshDatabase, freshDatabase } from './support/database.ts';
import { ownedOrganization } from './support/owned-organization.ts';

let fresh: FreshDatabase;
beforeAll(async () => {
  fresh = await freshDatabase();
});
afterAll(() => fresh.close());

test('demo data is made once, marked as demo, in every scope, with the document’s own entries', async () => {
  const { database } = fresh;
  const made = await Promise.all([
    prepareDemo(database, systemClock, 'ada@example.com'),
    prepareDemo(database, systemClock, 'ada@example.com'),
  ]);
  expect(made.toSorted()).toEqual([false, true]);
  expect(await prepareDemo(database, systemClock, 'ada@example.com')).toBe(false);
  expect(
    await database.read.organization.findMany({ include: { memberships: true } }),
  ).toMatchObject([
    {
      name: 'Acme Corp (demo)',
      slug: 'acme-corp-demo',
      metadata: '{"demo":true}',
      createdByEmail: 'ada@example.com',
      memberships: [{ role: 'OWNER' }],
    },
  ]);
  const entries = await database.read.auditLog.findMany({ orderBy: { createdAtMs: 'asc' } });
  expect(new Set(entries.map(({ scope }) => scope))).toEqual(new Set(PRODUCT_SCOPES));
  expect(entries.find(({ action }) => action === 'schedule.created')).toMatchObject({
    email: 'admin@company.com',
    resourceUID: 'sch_abc123',
    details: "Created schedule 'Business Hours'",
    createdAtMs: BigInt(Date.parse('2025-03-15T10:30:00Z')),
  });
  expect(entries.some(({ action }) => action === 'team.member.added')).toBe(true);
});

test('a database that holds an organization already is left alone', async () => {
  const { database, close } = await freshDatabase();
  onTestFinished(close);
  await ownedOrganization(database, 'first');
  expect(await prepareDemo(database, systemClock, 'ada@example.com')).toBe(false);
  expect(await database.read.organization.count()).toBe(1);
});
