import type { Provider, Transaction } from '../database/database.ts';
import { ownStatement, type RowColumn, rowsOf } from '../database/dialect.ts';
import { decodeQuarters, encodeQuarters, type Quarters } from './quarters.ts';

/** What is to be added to a day of UTC. */
export interface Day {
  /** Days since the epoch. */
  readonly day: number;
  readonly quarters: Quarters;
}

/** The tables that count by day, and what each row is told apart by besides the day. */
const KEYS = {
  AuditTallyDay: { tallyId: 'int8' },
  AuditScopeDay: { ledgerId: 'int8', scope: 'text' },
} as const satisfies Record<string, Record<string, RowColumn>>;

/**
 * Adds to days, or takes from them; a day with nothing left goes. The transaction holds the marker,
 * so that nobody else does so beside it.
 */
export async function raiseDays(
  transaction: Transaction,
  provider: Provider,
  table: keyof typeof KEYS,
  days: readonly Day[],
): Promise<void> {
  const keys: Record<string, RowColumn> = { ...KEYS[table], day: 'int8' };
  const names = Object.keys(keys).map((name) => `"${name}"`);
  const known = await transaction.$queryRawUnsafe<Stored[]>(
    ...ownStatement(
      provider,
      `SELECT "row"."at", t."quarters" FROM ${rowsOf(provider, '$1', { ...keys, at: 'int8' })}
       JOIN "${table}" t ON ${names.map((name) => `t.${name} = "row".${name}`).join(' AND ')}`,
      JSON.stringify(days.map((day, at) => ({ ...day, at }))),
    ),
  );
  const stored = new Map(known.map(({ at, quarters }) => [Number(at), quarters]));
  const sums = days.map((day, at) => ({ ...day, ...summed(day.quarters, stored.get(at)) }));
  const [kept, emptied] = [
    sums.filter(({ count }) => count !== 0),
    sums.filter(({ count }) => count === 0),
  ];
  if (kept.length > 0) {
    await transaction.$executeRawUnsafe(
      ...ownStatement(
        provider,
        `INSERT INTO "${table}" (${names.join(', ')}, "count", "quarters")
         SELECT ${names.join(', ')}, "count", "quarters" FROM ${rowsOf(provider, '$1', { ...keys, count: 'int8', quarters: 'bytea' })} WHERE true
         ON CONFLICT (${names.join(', ')}) DO UPDATE SET "count" = excluded."count", "quarters" = excluded."quarters"`,
        JSON.stringify(kept),
      ),
    );
  }
  if (emptied.length > 0) {
    await transaction.$executeRawUnsafe(
      ...ownStatement(
        provider,
        `DELETE FROM "${table}" WHERE (${names.join(', ')}) IN (SELECT ${names.join(', ')} FROM ${rowsOf(provider, '$1', keys)})`,
        JSON.stringify(emptied),
      ),
    );
  }
}

interface Stored {
  readonly at: number | bigint;
  readonly quarters: Uint8Array;
}

/** A day after its change: the whole count, and the bytes in hexadecimal digits. */
function summed(change: Quarters, stored?: Uint8Array): { count: number; quarters: string } {
  const quarters = stored ? decodeQuarters(stored) : new Map<number, number>();
  for (const [quarter, count] of change)
    quarters.set(quarter, (quarters.get(quarter) ?? 0) + count);
  const count = [...quarters.values()].reduce((sum, one) => sum + one, 0);
  return { count, quarters: Buffer.from(encodeQuarters(quarters)).toString('hex') };
}
