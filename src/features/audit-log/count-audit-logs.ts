import { Bindings } from '../../database/bindings.ts';
import type { Session } from '../../ledger/session.ts';
import type { LogHead } from '../../ledger/standing.ts';
import type { AccessPath } from './access-path.ts';
import { leadsNowhere, pathByTime } from './choose-path.ts';
import { countRolledUp } from './count-facets.ts';
import type { Counted } from './facet-rows.ts';
import { countSql } from './page-sql.ts';
import { searchLead } from './search-page.ts';
import type { Extent } from './span-sql.ts';

/** Filtered counts are exact up to here, and flagged as capped beyond. */
const COUNT_CAP = 10_000;

/** How many entries of a log's snapshot are kept: the head says it, unless some were removed beyond. */
export async function countKept(
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

/** How many entries of a log match, exactly up to 10,000. */
export async function countMatching(
  session: Session,
  counted: Counted,
): Promise<{ count: number; isCapped: boolean }> {
  const count = (await countRolledUp(session, counted)) ?? (await countByIndex(session, counted));
  return { count: Math.min(count, COUNT_CAP), isCapped: count > COUNT_CAP };
}

async function countByIndex(session: Session, { extent, criteria }: Counted): Promise<number> {
  const lead = await searchLead(session, extent, criteria);
  const led = lead && (await countBy(session, extent, lead.path));
  return led !== null && (lead?.isWhole || led > COUNT_CAP)
    ? led
    : countBy(session, extent, await pathByTime(session, extent, criteria));
}

/** How many entries match that a path leads to, counted no further than one beyond the cap. */
async function countBy(session: Session, extent: Extent, path: AccessPath): Promise<number> {
  if (leadsNowhere(path)) return 0;
  const bindings = new Bindings(session.provider);
  const text = countSql(path, extent, COUNT_CAP + 1, bindings);
  const [row] = await session.select<{ count: number | bigint }>(text, bindings.values);
  return Number(row?.count ?? 0);
}
