import { expect, test } from 'vitest';
import { pruneDue } from '../src/features/retention/prune-due.ts';
import { DAY_MS } from '../src/kernel/clock.ts';
import { appendLeaves } from '../src/ledger/merkle.ts';
import { openSystemSession } from '../src/ledger/session.ts';
import { type Data, startServer } from './support/client.ts';
import { KILL_ROUNDS } from './support/kill-rounds.ts';
import { growthOf, killedAmid } from './support/killed-script.ts';
import { createOrganization, record } from './support/organizations.ts';

const STEP = { stepSize: 2, restFactor: 0 };
const OLD = KILL_ROUNDS * 300;
const LATER_MS = 20 * DAY_MS;

const { as, url, query, database } = await startServer();
const ada = as('ada');

const PRUNE = `
const { openDatabase } = await import('./src/database/open.ts');
const { pruneDue } = await import('./src/features/retention/prune-due.ts');
const { openSystemSession } = await import('./src/ledger/session.ts');
const database = await openDatabase(process.argv[1]);
const later = () => new Date(Date.now() + ${LATER_MS});
await pruneDue(openSystemSession(database, later, 'retention'), ${JSON.stringify(STEP)});`;

const OF_LOG = '"ledgerId" = (SELECT "id" FROM "Ledger" WHERE "organizationId" = $1)';

const leavesOf = (table: 'AuditLog' | 'PrunedLeaf', id: string) =>
  query<Data>(`SELECT "sequence", "leafHash" FROM "${table}" WHERE ${OF_LOG} ORDER BY "sequence"`, [
    id,
  ]);

const prunedCount = async (id: string): Promise<number> =>
  (await leavesOf('PrunedLeaf', id)).length;

/** A process that prunes, killed a moment after it was seen to have taken something. */
const killedRun = async (id: string): Promise<void> =>
  killedAmid(PRUNE, [url], await growthOf(() => prunedCount(id)));

test(
  `a run of retention killed ${KILL_ROUNDS} times in its middle is taken up by the next: nothing goes twice, half or untold`,
  async () => {
    const { id } = await createOrganization(ada, {
      name: 'Killed',
      settings: { retentionDays: 10 },
    });
    const event = { scope: 'COST', action: 'old.event' };
    for (let done = 0; done < OLD; done += 300) {
      await record(
        ada,
        id,
        Array.from({ length: 300 }, () => event),
      );
    }
    const before = await leavesOf('AuditLog', id);
    for (let n = 0; n < KILL_ROUNDS; n += 1) await killedRun(id);
    const taken = await prunedCount(id);
    expect(taken, 'it was not through').toBeLessThan(before.length);
    const half = await query<Data>(
      'SELECT "prunedCount", "firstKeptSequence" FROM "Ledger" WHERE "organizationId" = $1',
      [id],
    );
    expect(half.map(({ prunedCount: count }) => Number(count))).toEqual([taken]);

    const later = () => new Date(Date.now() + LATER_MS);
    expect(await pruneDue(openSystemSession(database, later, 'retention'), STEP)).toBe(1);
    const kept = await leavesOf('AuditLog', id);
    const gone = await leavesOf('PrunedLeaf', id);
    const leaves = [...gone, ...kept];
    expect(leaves.map(({ sequence }) => Number(sequence))).toEqual(leaves.map((_, n) => n + 1));
    expect(gone).toHaveLength(before.length);
    const hex = (rows: readonly Data[]) =>
      rows.map(({ leafHash }) => Buffer.from(leafHash).toString('hex'));
    expect(hex(gone)).toEqual(hex(before));

    const told = await query<Data>(
      `SELECT "action", "metadata" FROM "AuditLog" WHERE ${OF_LOG} ORDER BY "sequence"`,
      [id],
    );
    expect(told.map(({ action }) => action)).toEqual([
      'auditLog.pruningStarted',
      'auditLog.pruned',
    ]);
    expect(JSON.parse(told.at(-1)?.metadata)).toMatchObject({
      prunedCount: before.length,
      firstSequence: 1,
      lastSequence: before.length,
    });
    const [head] = await query<Data>('SELECT * FROM "Ledger" WHERE "organizationId" = $1', [id]);
    const { root } = appendLeaves(
      new Uint8Array(0),
      0,
      leaves.map(({ leafHash }) => Uint8Array.from(leafHash)),
    );
    expect(Buffer.from(head.root).equals(Buffer.from(root))).toBe(true);
    expect([Number(head.prunedCount), Number(head.firstKeptSequence)]).toEqual([
      before.length,
      before.length + 1,
    ]);
    const runs = await query<Data>(`SELECT * FROM "RetentionRun" WHERE ${OF_LOG}`, [id]);
    expect(runs).toMatchObject([{ openFor: null }]);
  },
  KILL_ROUNDS * 20_000,
);
