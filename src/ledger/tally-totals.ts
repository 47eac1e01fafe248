import type { Provider, Transaction } from '../database/database.ts';
import { ownStatement, rowsOf } from '../database/dialect.ts';

/** The columns of entries whose values have totals of their own. */
export const TOTALLED = ['scope', 'action', 'outcome', 'actorType', 'email'] as const;

export type Totalled = (typeof TOTALLED)[number];

/** Entries that have the same in all of those columns. */
type Same = Readonly<Record<Totalled, string | null>> & { readonly count: number };

interface Total {
  readonly field: Totalled;
  readonly value: string;
  readonly count: number;
}

/** Raises the totals of each value that entries have; those with nothing left go. */
export async function raiseTotals(
  transaction: Transaction,
  provider: Provider,
  ledgerId: number,
  entries: readonly Same[],
): Promise<void> {
  const totals = TOTALLED.flatMap((field) => totalsOf(field, entries));
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

function totalsOf(field: Totalled, entries: readonly Same[]): Total[] {
  const counts = new Map<string, number>();
  for (const { [field]: value, count } of entries) {
    if (value !== null) counts.set(value, (counts.get(value) ?? 0) + count);
  }
  return [...counts].map(([value, count]) => ({ field, value, count }));
}
