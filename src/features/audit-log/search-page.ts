import { selectBound } from '../../database/bindings.ts';
import type { Session } from '../../ledger/session.ts';
import { type AccessPath, BY_TIME, toPlaces, wholeLog } from './access-path.ts';
import type { AuditLogRow } from './audit-log.ts';
import { FEW, leadsNowhere, pathToFew } from './choose-path.ts';
import type { Criteria } from './filter.ts';
import { gatheredPage, nearestPage, orderedPage, type Rows } from './page-sql.ts';
import { isSearch, type Places, searchPlaces } from './search-places.ts';
import { BEYOND, type Extent, type Ordering } from './span-sql.ts';
import { walkOf } from './walk.ts';
import { filledFrom } from './walked-page.ts';

/** Entries along the order that are looked at first: common words fill a page from these. */
const NEAREST = 1_000;
/** How many times as many places are looked at next. */
const FURTHER = 5;

/** A way to what matches a search, and whether to all of it. */
export interface SearchLead {
  readonly path: AccessPath;
  readonly isWhole: boolean;
}

/** Where to look for a search, newest recorded first; null when there is none, or no index leads on. */
export async function searchLead(
  session: Session,
  extent: Extent,
  criteria: readonly Criteria[],
): Promise<SearchLead | null> {
  if (!isSearch(criteria)) return null;
  const found = await searchPlaces(session, extent, criteria, false);
  return found && leadOf(session, extent, criteria, found);
}

/** By another index where it leads to few entries and the search does not. */
async function leadOf(
  session: Session,
  extent: Extent,
  criteria: readonly Criteria[],
  { sequences, next }: Places,
): Promise<SearchLead> {
  const few = sequences.length > FEW ? await pathToFew(session, extent, criteria) : null;
  const path = few ?? toPlaces(sequences, criteria);
  return { path, isWhole: next === null || path === few };
}

/**
 * A page of a search: out of the nearest entries where they fill it, which what is common does, else
 * of those to which the index of grams leads, or of the whole log where that is looked through sooner.
 */
export async function searchedPage(
  session: Session,
  extent: Extent,
  criteria: readonly Criteria[],
  ordering: Ordering,
  rows: Rows,
): Promise<Partial<AuditLogRow>[]> {
  const near = await selectBound<Partial<AuditLogRow>>(session, (bindings) =>
    nearestPage(criteria, extent, ordering, rows, NEAREST, bindings),
  );
  if (near.length === rows.limit) return near;
  const wanted = { session, extent, ordering, rows };
  const found = await searchPlaces(session, extent, criteria, ordering.isAscending);
  return (found && (await pageOfLead(wanted, criteria, found))) ?? walked(wanted, criteria);
}

async function pageOfLead(
  wanted: Wanted,
  criteria: readonly Criteria[],
  found: Places,
): Promise<Partial<AuditLogRow>[] | null> {
  const { path } = await leadOf(wanted.session, wanted.extent, criteria, found);
  return path.index === 'places' ? pageAmong(wanted, criteria, found) : gathered(wanted, path);
}

/** Which page, of what. */
interface Wanted {
  readonly session: Session;
  readonly extent: Extent;
  readonly ordering: Ordering;
  readonly rows: Rows;
}

/** The page out of all to which a path leads. */
async function gathered(
  { session, extent, ordering, rows }: Wanted,
  path: AccessPath,
): Promise<Partial<AuditLogRow>[]> {
  if (leadsNowhere(path)) return [];
  return selectBound(session, (bindings) => gatheredPage(path, extent, ordering, rows, bindings));
}

/** The page out of the whole log. */
async function walked(
  { session, extent, ordering, rows }: Wanted,
  criteria: readonly Criteria[],
): Promise<Partial<AuditLogRow>[]> {
  const { path, parts } = await walkOf(session, extent, criteria, ordering);
  return filledFrom(session, parts, rows, (part, missing, bindings) =>
    orderedPage(path, part, ordering, missing, bindings),
  );
}

/**
 * The page out of the first places, where they fill it, with what else may come before its end; else
 * out of more. Null where the text is so common that others fill it sooner.
 */
async function pageAmong(
  wanted: Wanted,
  criteria: readonly Criteria[],
  { sequences, next }: Places,
): Promise<Partial<AuditLogRow>[] | null> {
  for (let count = FEW; ; count *= FURTHER) {
    const first = sequences.slice(0, count);
    const page = await gathered(wanted, toPlaces(first, criteria));
    const beyond = sequences[count] ?? next;
    if (beyond === null) return page;
    const strays = await straysBefore(wanted, page, beyond);
    if (strays?.length === 0) return page;
    if (strays) return gathered(wanted, toPlaces([...first, ...strays], criteria));
    if (next !== null) return null;
  }
}

/**
 * The sequences of entries that lie at `beyond` or further in the order of recording, and yet come
 * before the end of a page in its order. Null when the page is not filled, or there are `FEW` or more.
 */
async function straysBefore(
  {
    session,
    extent: { ledgerId, times },
    ordering: { columns, isAscending },
    rows: { limit },
  }: Wanted,
  page: readonly Partial<AuditLogRow>[],
  beyond: number,
): Promise<number[] | null> {
  const last = page[limit - 1];
  if (!last) return null;
  if (columns !== BY_TIME) return [];
  const place = BY_TIME.map((column) => Number(last[column]));
  const between = isAscending
    ? { times: { ...times, below: place }, sequences: { above: [beyond - 1], below: [BEYOND] } }
    : { times: { ...times, above: place }, sequences: { above: [0], below: [beyond + 1] } };
  const rows = { columns: BY_TIME, limit: FEW, skip: 0 };
  const extent = { ledgerId, ...between };
  const found = await selectBound<{ sequence: number | bigint }>(session, (bindings) =>
    orderedPage(wholeLog('time', []), extent, { columns, isAscending }, rows, bindings),
  );
  return found.length < FEW ? found.map(({ sequence }) => Number(sequence)) : null;
}
