import type { Provider, Transaction } from '../database/database.ts';
import { ownStatement, rowsOf } from '../database/dialect.ts';
import { summed } from './summed.ts';

/** The columns of entries whose values have totals of their own. */
export const TOTALLED = ['scope', 'action', 'outcome', 'actorType', 'email'] as const;

export type Totalled = (typeof TOTALLED)[number];

/** Entries that have the same in all of those columns. */
type Same = Readonly<Record<Totalled, string | null>> & { readonly count: number };

/** Raises the totals of each value that entries have; those with nothing left go. */
export async function raiseTotals(
  transaction: Transaction,
  provider: Provider,
  ledgerId: number,
  entries: readonly Same[],
): Promise<void> {
  const all = entries.flatMap(({ count, ...same }) =>
    TOTALLED.flatMap((field) => {
      const value = same[field];
      return value === null ? [] : [{ field, value, count }];
    }),
  );
  const totals = summed(all, ({ field, value }) => `${field} ${value}`);
  const rows = rowsOf(provider, '$1', { field: 'text', value: 'text', count: 'int8' });
  await transaction.$executeRawUnsafe(
    ...ownStatement(
      provider,
      `INSERT INTO "AuditTotal" ("field", "value", "count", "ledgerId")
       SELECT "field", "value", "count", $2::int4 FROM ${rows} WHERE true
       ON CONFLICT ("ledgerId", "field", "value") DO UPDATE SET "count" = "AuditTotal"."count" + excluded."count"`,
      ...[JSON.stringify(totals), ledgerId],
    ),
  );
  if (totals.some(({ count }) => count < 0)) {
    await transaction.auditTotal.deleteMany({ where: { ledgerId, count: 0 } });
  }
}
