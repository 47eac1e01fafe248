import type { Bindings } from '../../database/bindings.ts';
import type { Reader, Transaction } from '../../database/database.ts';
import { type Criteria, criteriaOf } from '../audit-log/filter.ts';
import { conditionsOf } from '../audit-log/filter-sql.ts';
import { filterIn } from './hold-filter.ts';

/** A hold that stands, as entries are matched against it. */
export interface StandingHold {
  readonly id: string;
  readonly criteria: Criteria;
}

/**
 * The holds that stand over a log, by their ids. Read them in a transaction that has the log's turn:
 * then no hold is made before it ends.
 */
export async function standingHolds(
  source: Pick<Reader | Transaction, 'legalHold'>,
  ledgerId: number,
): Promise<StandingHold[]> {
  const rows = await source.legalHold.findMany({
    where: { ledgerId },
    select: { id: true, filter: true },
    orderBy: { id: 'asc' },
  });
  return rows.map(({ id, filter }) => ({ id, criteria: criteriaOf(filterIn(filter)) }));
}

/** SQL on "AuditLog" that is true where an entry is under any of the holds, else false, never null. */
export function heldCondition(holds: readonly StandingHold[], bindings: Bindings): string {
  const each = holds.map(({ criteria }) => {
    const conditions = conditionsOf(criteria, bindings);
    return conditions.length === 0 ? 'true' : `(${conditions.join(' AND ')})`;
  });
  return each.length === 0 ? 'false' : `((${each.join(' OR ')}) IS TRUE)`;
}
