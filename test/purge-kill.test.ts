import { expect, test } from 'vitest';
import { purgeDue } from '../src/features/organization/purge-organization.ts';
import { DAY_MS } from '../src/kernel/clock.ts';
import { openSystemSession } from '../src/ledger/session.ts';
import { type Data, dataOf, startServer } from './support/client.ts';
import { KILL_ROUNDS } from './support/kill-rounds.ts';
import { growthOf, killedAmid } from './support/killed-script.ts';
import { createOrganization } from './support/organizations.ts';

const STEP_ROWS = 2;
const RESOURCES = KILL_ROUNDS * 60;

const { as, url, query, database } = await startServer();
const ada = as('ada');

const PURGE = `
const { openDatabase } = await import('./src/database/open.ts');
const { purgeDue } = await import('./src/features/organization/purge-organization.ts');
const { openSystemSession } = await import('./src/ledger/session.ts');
const database = await openDatabase(process.argv[1]);
await purgeDue(openSystemSession(database, () => new Date(Date.now() + ${2 * DAY_MS}), 'purge'), ${STEP_ROWS});`;

const entriesOf = (id: string) =>
  query<Data>(
    'SELECT e."sequence", e."action", e."metadata" FROM "AuditLog" e JOIN "Ledger" l ON l."id" = e."ledgerId" WHERE l."organizationId" = $1 ORDER BY e."sequence"',
    [id],
  );

/** A process that purges, killed a moment after it was seen to have begun. */
const killedPurge = async (id: string): Promise<void> =>
  killedAmid(PURGE, [url], await growthOf(async () => (await entriesOf(id)).length));

test(
  `a purge killed ${KILL_ROUNDS} times in its middle still ends purged, with every row and step told of`,
  async () => {
    const { id } = await createOrganization(ada, { name: 'Killed' });
    await query(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${RESOURCES})
       INSERT INTO "Resource" ("id", "organizationId", "resourceUID", "type", "name", "scope", "status", "createdAt", "updatedAt")
       SELECT 'res_' || i, $1, 'uid-' || i, 'thing', 'R', 'COST', 'ACTIVE', o."createdAt", o."createdAt"
       FROM n, "Organization" o WHERE o."id" = $2`,
      [id, id],
    );
    const DELETE =
      'mutation($input: DeleteOrganizationInput!) { deleteOrganization(input: $input) { __typename } }';
    const input = { organizationId: id, confirmName: 'Killed', graceDays: 1 };
    dataOf(await ada(DELETE, { input }));
    for (let n = 0; n < KILL_ROUNDS; n += 1) await killedPurge(id);
    const left = await query('SELECT 1 FROM "Resource" WHERE "organizationId" = $1', [id]);
    expect(left.length, 'it was not through').toBeGreaterThan(0);

    const later = () => new Date(Date.now() + 2 * DAY_MS);
    expect(await purgeDue(openSystemSession(database, later, 'purge'), STEP_ROWS)).toBe(1);
    const entries = await entriesOf(id);
    expect(entries.map(({ sequence }) => Number(sequence))).toEqual(entries.map((_, n) => n + 1));
    const steps = entries.slice(2, -1).map(({ action, metadata }) => {
      expect(action).toBe('organization.purgeAdvanced');
      return JSON.parse(metadata);
    });
    expect(steps[0]).toEqual({ removed: 'owners', count: 1 });
    const last = entries.at(-1);
    expect(last?.action).toBe('organization.purged');
    const toldCount = steps.slice(1).reduce((sum, { count }) => sum + count, 0);
    expect(toldCount, 'all but what the last step took along').toBe(RESOURCES - STEP_ROWS);
    for (const table of ['Organization', 'Membership', 'Resource']) {
      const column = table === 'Organization' ? 'id' : 'organizationId';
      expect(await query(`SELECT 1 FROM "${table}" WHERE "${column}" = $1`, [id])).toEqual([]);
    }
    expect(await query('SELECT 1 FROM "Tombstone" WHERE "organizationId" = $1', [id])).toHaveLength(
      1,
    );
  },
  KILL_ROUNDS * 15_000,
);
