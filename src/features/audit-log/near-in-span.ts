import { selectBound } from '../../database/bindings.ts';
import type { Session } from '../../ledger/session.ts';
import type { AuditLogRow } from './audit-log.ts';
import type { LikelyNumbers } from './likely-numbers.ts';
import { nearestInSpan, type PageRead, type Rows } from './page-sql.ts';

/** Entries of a span that are looked at, those first that come first in the order of recording. */
const NEAREST = 400;
/** A span with no more entries than this is ordered in little time, out of its index alone. */
const FEW_IN_SPAN = 20_000;
/** So many times the entries of a page are to be met among the nearest, to be sure of it. */
const SURE = 2;

/** Whether a span of time is short, and more than a page of its nearest entries is likely to match. */
export function isCommonInSpan(
  { size, inSpan, matching }: LikelyNumbers,
  { limit, skip }: Rows,
): boolean {
  const met = Object.values(matching).reduce((part, number) => (part * number) / size, NEAREST);
  return inSpan <= FEW_IN_SPAN && met >= SURE * (limit + skip);
}

/**
 * A page out of a span of time in the order of recording: what of the span comes first in that order is
 * looked at entry by entry. Null where that does not fill the page.
 */
export async function pageNearInSpan(
  session: Session,
  page: PageRead,
): Promise<Partial<AuditLogRow>[] | null> {
  const found = await selectBound<Partial<AuditLogRow>>(session, (bindings) =>
    nearestInSpan(page, NEAREST, bindings),
  );
  return found.length === page.rows.limit ? found : null;
}
