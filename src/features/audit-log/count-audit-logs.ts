import { selectBound } from '../../database/bindings.ts';
import type { Session } from '../../ledger/session.ts';
import type { LogHead } from '../../ledger/standing.ts';
import { type AccessPath, isImpossible } from './access-path.ts';
import { leadsNowhere } from './choose-path.ts';
import { extentOf } from './extent.ts';
import type { Counted } from './facet-rows.ts';
import type { Criteria } from './filter.ts';
import { countSql } from './page-sql.ts';
import { COUNT_CAP, isRolledUp, rolledUpCount } from './rolled-up-count.ts';
import { searchLead } from './search-page.ts';
import type { Extent } from './span-sql.ts';
import { NEWEST_FIRST, walkOf } from './walk.ts';

/** How many entries match in all pages of a snapshot, and whether more do. */
export interface Total {
  readonly count: number;
  readonly isCapped: boolean;
}

/**
 * How many entries of a log's snapshot meet the criteria: filtered ones exactly up to 10,000.
 * `rolledUp` is what roll-ups say of it, where they were asked already.
 */
export async function countSnapshot(
  session: Session,
  head: LogHead,
  asOf: number,
  criteria: readonly Criteria[],
  rolledUp?: number | null,
): Promise<Total> {
  if (isImpossible(criteria)) return { count: 0, isCapped: false };
  if (criteria.length === 0) {
    return { count: await countKept(session, head, asOf), isCapped: false };
  }
  const { ledgerId } = head;
  const counted = { ledgerId, asOf, extent: extentOf(ledgerId, asOf + 1, criteria), criteria };
  const known = rolledUp === undefined ? await countRolledUp(session, counted) : rolledUp;
  const count = known ?? (await countByIndex(session, counted));
  return { count: Math.min(count, COUNT_CAP), isCapped: count > COUNT_CAP };
}

/** How many entries of a log's snapshot are kept: the head says it, unless some were removed beyond. */
async function countKept(
  session: Session,
  { ledgerId, size, prunedCount }: LogHead,
  asOf: number,
): Promise<number> {
  if (prunedCount === 0 || asOf >= size) return asOf - prunedCount;
  const [row] = await session.select<{ count: number | bigint }>(
    'SELECT count(*) AS "count" FROM "PrunedLeaf" WHERE "ledgerId" = $1 AND "sequence" > $2',
    [ledgerId, asOf],
  );
  return asOf - (prunedCount - Number(row?.count ?? 0));
}

/** Null where no roll-up answers soon. */
async function countRolledUp(session: Session, counted: Counted): Promise<number | null> {
  if (!isRolledUp(counted.criteria)) return null;
  const [row] = await selectBound<{ number: number | bigint | null }>(session, (bindings) =>
    rolledUpCount(counted, bindings),
  );
  return row?.number == null ? null : Number(row.number);
}

async function countByIndex(session: Session, { extent, criteria }: Counted): Promise<number> {
  const lead = await searchLead(session, extent, criteria);
  const led = lead && (await countBy(session, extent, lead.path));
  if (led !== null && (lead?.isWhole || led > COUNT_CAP)) return led;
  const { path, parts } = await walkOf(session, extent, criteria, NEWEST_FIRST);
  let count = 0;
  for await (const part of parts) {
    count += await countBy(session, part, path);
    if (count > COUNT_CAP) break;
  }
  return count;
}

/** How many entries match that a path leads to, counted no further than one beyond the cap. */
async function countBy(session: Session, extent: Extent, path: AccessPath): Promise<number> {
  if (leadsNowhere(path)) return 0;
  const [row] = await selectBound<{ count: number | bigint }>(session, (bindings) =>
    countSql(path, extent, COUNT_CAP + 1, bindings),
  );
  return Number(row?.count ?? 0);
}
