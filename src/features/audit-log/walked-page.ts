import { type Bindings, selectBound } from '../../database/bindings.ts';
import type { Session } from '../../ledger/session.ts';
import { wholeLog } from './access-path.ts';
import type { AuditLogRow } from './audit-log.ts';
import { gatheredPage, nearestPage, type PageRead } from './page-sql.ts';
import type { Extent, Ordering } from './span-sql.ts';
import { beginningsOf, STRIDE, stridesOf } from './strides.ts';
import { NEWEST_FIRST } from './walk.ts';

/**
 * A page out of parts that lie one behind the other in its order, until it is filled. `statement` is of
 * what is missing of it, out of one part.
 */
export async function filledFrom(
  session: Session,
  parts: Iterable<Extent> | AsyncIterable<Extent>,
  page: PageRead,
  statement: (rest: PageRead, bindings: Bindings) => string,
): Promise<Partial<AuditLogRow>[]> {
  const { columns, limit, skip } = page.rows;
  const found: Partial<AuditLogRow>[] = [];
  for await (const extent of parts) {
    const rows = { columns, limit: skip + limit - found.length, skip: 0 };
    const more = await selectBound<Partial<AuditLogRow>>(session, (bindings) =>
      statement({ ...page, extent, rows }, bindings),
    );
    found.push(...more);
    if (found.length === skip + limit) break;
  }
  return found.slice(skip);
}

/**
 * A page out of the log itself, by looking at each entry: a stride of it in one statement, and on from
 * there until the page is filled. What is common fills it out of the first.
 */
export const walkedPage = (session: Session, page: PageRead): Promise<Partial<AuditLogRow>[]> =>
  filledFrom(session, beginningsOf(session, page.extent, page.ordering), page, (rest, bindings) =>
    nearestPage(rest, STRIDE, bindings),
  );

/** The same out of a span of time, in the order of recording: of each stride by time what comes first in that. */
export async function gatheredByStrides(
  session: Session,
  page: PageRead,
): Promise<Partial<AuditLogRow>[]> {
  const { extent, criteria, ordering } = page;
  const { columns, limit, skip } = page.rows;
  const rows = { columns, limit: skip + limit, skip: 0 };
  let found: Partial<AuditLogRow>[] = [];
  for await (const part of stridesOf(session, extent, NEWEST_FIRST)) {
    const more = await selectBound<Partial<AuditLogRow>>(session, (bindings) =>
      gatheredPage(wholeLog('time', criteria), { ...page, extent: part, rows }, bindings),
    );
    found = inSequence([...found, ...more], ordering).slice(0, rows.limit);
  }
  return found.slice(skip);
}

const inSequence = (rows: readonly Partial<AuditLogRow>[], { isAscending }: Ordering) =>
  rows.toSorted((a, b) => (Number(a.sequence) - Number(b.sequence)) * (isAscending ? 1 : -1));
