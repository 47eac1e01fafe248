import type { Provider, Transaction } from '../database/database.ts';
import { isNumberOf, ownStatement, rowsOf } from '../database/dialect.ts';
import type { Derivation, Entries } from './derivation.ts';
import { DAY_QUARTERS, QUARTER_MS } from './quarters.ts';
import { summed } from './summed.ts';
import { type Day, raiseDays } from './tally-days.ts';
import { raiseTotals } from './tally-totals.ts';

/** What a tally's entries have in common. */
export const TALLIED = ['scope', 'action', 'outcome', 'actorType'] as const;

type Cell = Readonly<Record<(typeof TALLIED)[number], string>>;

/** Entries that are alike, and occurred in the same quarter of an hour. */
interface Alike extends Cell {
  readonly email: string | null;
  /** Quarters of an hour since the epoch. */
  readonly quarter: number;
  readonly count: number;
}

/** Entries by what facets and histograms count by: `docs/decisions/0019` says why these rows. */
export const TALLIES: Derivation = {
  name: 'tallies',
  take: async (transaction, provider, ledgerId, entries, sign) => {
    const alike = await alikeAmong(transaction, provider, ledgerId, entries, sign);
    if (alike.length === 0) return;
    const ids = await raiseTallies(transaction, provider, ledgerId, alike);
    const idOf = (cell: Cell) => ids.get(keyOf(cell)) ?? 0;
    await raiseDays(
      transaction,
      provider,
      'AuditTallyDay',
      daysOf(alike, (one) => ({ tallyId: idOf(one) })),
    );
    await raiseDays(
      transaction,
      provider,
      'AuditScopeDay',
      daysOf(alike, ({ scope }) => ({ ledgerId, scope })),
    );
    await raiseActors(transaction, provider, ledgerId, alike, idOf, sign);
    await raiseTotals(transaction, provider, ledgerId, alike);
    if (sign < 0) await transaction.auditTally.deleteMany({ where: { ledgerId, count: 0 } });
  },
  forget: async (transaction, ledgerId) => {
    const tallies = await transaction.auditTally.findMany({
      where: { ledgerId },
      select: { id: true },
    });
    for (const { id } of tallies)
      await transaction.auditTallyDay.deleteMany({ where: { tallyId: id } });
    await transaction.auditTally.deleteMany({ where: { ledgerId } });
    await transaction.auditScopeDay.deleteMany({ where: { ledgerId } });
    await transaction.auditActorTally.deleteMany({ where: { ledgerId } });
    await transaction.auditTotal.deleteMany({ where: { ledgerId } });
  },
};

/** SQL of the quarter of an hour, since the epoch, in which an entry occurred; before it too. */
export const QUARTER_SQL = `("createdAtMs" - (("createdAtMs" % ${QUARTER_MS}) + ${QUARTER_MS}) % ${QUARTER_MS}) / ${QUARTER_MS}`;

type Row = Omit<Alike, 'quarter' | 'count'> & Record<'quarter' | 'count', number | bigint>;

async function alikeAmong(
  transaction: Transaction,
  provider: Provider,
  ledgerId: number,
  entries: Entries,
  sign: 1 | -1,
): Promise<Alike[]> {
  const [among, values] =
    'sequences' in entries
      ? [isNumberOf(provider, '"sequence"', '$2'), [entries.sequences.join(',')]]
      : ['"sequence" > $2::int8 AND "sequence" <= $3::int8', [entries.after, entries.upTo]];
  const rows = await transaction.$queryRawUnsafe<Row[]>(
    ...ownStatement(
      provider,
      `SELECT "scope", "action", "outcome", "actorType", "email", ${QUARTER_SQL} AS "quarter", count(*) AS "count"
       FROM "AuditLog" WHERE "ledgerId" = $1::int4 AND ${among} GROUP BY 1, 2, 3, 4, 5, 6`,
      ...[ledgerId, ...values],
    ),
  );
  return rows.map((row) => ({
    ...row,
    quarter: Number(row.quarter),
    count: sign * Number(row.count),
  }));
}

const keyOf = ({ scope, action, outcome, actorType }: Cell): string =>
  JSON.stringify([scope, action, outcome, actorType]);

const CELL_ROW = {
  scope: 'text',
  action: 'text',
  outcome: 'text',
  actorType: 'text',
  count: 'int8',
} as const;
const SAME_CELL = TALLIED.map((column) => `"AuditTally"."${column}" = "row"."${column}"`).join(
  ' AND ',
);

/**
 * Raises the tallies, by their cell, and gives the id of each. Those that are missing are added
 * after the others were raised: an upsert would use up an id each time.
 */
async function raiseTallies(
  transaction: Transaction,
  provider: Provider,
  ledgerId: number,
  alike: readonly Alike[],
): Promise<Map<string, number>> {
  const run = (text: string, cells: readonly Alike[]) =>
    transaction.$queryRawUnsafe<(Cell & { id: number })[]>(
      ...ownStatement(provider, text, JSON.stringify(cells), ledgerId),
    );
  const cells = summed(alike, keyOf);
  const rows = rowsOf(provider, '$1', CELL_ROW);
  const raised = await run(
    `UPDATE "AuditTally" SET "count" = "AuditTally"."count" + "row"."count" FROM ${rows}
     WHERE "AuditTally"."ledgerId" = $2::int4 AND ${SAME_CELL}
     RETURNING ${['id', ...TALLIED].map((column) => `"AuditTally"."${column}"`).join(', ')}`,
    cells,
  );
  const ids = new Map(raised.map((cell) => [keyOf(cell), Number(cell.id)]));
  const missing = cells.filter((cell) => !ids.has(keyOf(cell)));
  if (missing.length === 0) return ids;
  const added = await run(
    `INSERT INTO "AuditTally" ("scope", "action", "outcome", "actorType", "count", "ledgerId")
     SELECT "scope", "action", "outcome", "actorType", "count", $2::int4 FROM ${rows}
     RETURNING "id", "scope", "action", "outcome", "actorType"`,
    missing,
  );
  for (const cell of added) ids.set(keyOf(cell), Number(cell.id));
  return ids;
}

function daysOf<Key extends object>(
  alike: readonly Alike[],
  place: (one: Alike) => Key,
): (Key & Day)[] {
  const days = new Map<string, Key & Day & { quarters: Map<number, number> }>();
  for (const one of alike) {
    const day = Math.floor(one.quarter / DAY_QUARTERS);
    const own = { ...place(one), day };
    const key = JSON.stringify(own);
    const known = days.get(key) ?? { ...own, quarters: new Map<number, number>() };
    const quarter = one.quarter - day * DAY_QUARTERS;
    known.quarters.set(quarter, (known.quarters.get(quarter) ?? 0) + one.count);
    days.set(key, known);
  }
  return [...days.values()];
}

async function raiseActors(
  transaction: Transaction,
  provider: Provider,
  ledgerId: number,
  alike: readonly Alike[],
  idOf: (cell: Cell) => number,
  sign: 1 | -1,
): Promise<void> {
  const own = alike
    .filter(({ email }) => email !== null)
    .map((one) => ({ email: one.email, tallyId: idOf(one), count: one.count }));
  const rows = summed(own, ({ email, tallyId }) => `${tallyId} ${email}`);
  const from = rowsOf(provider, '$1', { email: 'text', tallyId: 'int8', count: 'int8' });
  const run = (text: string) =>
    transaction.$executeRawUnsafe(...ownStatement(provider, text, JSON.stringify(rows), ledgerId));
  await run(
    `INSERT INTO "AuditActorTally" ("email", "tallyId", "count", "ledgerId")
     SELECT "email", "tallyId", "count", $2::int4 FROM ${from} WHERE true
     ON CONFLICT ("ledgerId", "email", "tallyId") DO UPDATE SET "count" = "AuditActorTally"."count" + excluded."count"`,
  );
  if (sign > 0) return;
  await run(
    `DELETE FROM "AuditActorTally" WHERE "ledgerId" = $2::int4 AND "count" = 0
     AND ("email", "tallyId") IN (SELECT "email", "tallyId" FROM ${from})`,
  );
}
