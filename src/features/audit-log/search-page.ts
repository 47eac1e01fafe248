import { selectBound } from '../../database/bindings.ts';
import type { Session } from '../../ledger/session.ts';
import { type AccessPath, BY_TIME, toPlaces, wholeLog } from './access-path.ts';
import type { AuditLogRow } from './audit-log.ts';
import { FEW, leadsNowhere, pathToFew } from './choose-path.ts';
import type { Criteria } from './filter.ts';
import { gatheredPage, nearestPage, orderedPage, type PageRead } from './page-sql.ts';
import { isSearch, type Places, searchPlaces } from './search-places.ts';
import { BEYOND, type Extent } from './span-sql.ts';
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
  page: PageRead,
): Promise<Partial<AuditLogRow>[]> {
  const near = await selectBound<Partial<AuditLogRow>>(session, (bindings) =>
    nearestPage(page, NEAREST, bindings),
  );
  if (near.length === page.rows.limit) return near;
  const { extent, criteria, ordering } = page;
  const found = await searchPlaces(session, extent, criteria, ordering.isAscending);
  return (found && (await pageOfLead(session, page, found))) ?? walked(session, page);
}

async function pageOfLead(
  session: Session,
  page: PageRead,
  found: Places,
): Promise<Partial<AuditLogRow>[] | null> {
  const { path } = await leadOf(session, page.extent, page.criteria, found);
  return path.index === 'places' ? pageAmong(session, page, found) : gathered(session, page, path);
}

/** The page out of all to which a path leads. */
async function gathered(
  session: Session,
  page: PageRead,
  path: AccessPath,
): Promise<Partial<AuditLogRow>[]> {
  if (leadsNowhere(path)) return [];
  return selectBound(session, (bindings) => gatheredPage(path, page, bindings));
}

/** The page out of the whole log. */
async function walked(session: Session, page: PageRead): Promise<Partial<AuditLogRow>[]> {
  const { path, parts } = await walkOf(session, page.extent, page.criteria, page.ordering);
  return filledFrom(session, parts, page, (rest, bindings) => orderedPage(path, rest, bindings));
}

/**
 * The page out of the first places, where they fill it, with what else may come before its end; else
 * out of more. Null where the text is so common that others fill it sooner.
 */
async function pageAmong(
  session: Session,
  page: PageRead,
  { sequences, next }: Places,
): Promise<Partial<AuditLogRow>[] | null> {
  const at = (places: readonly number[]) =>
    gathered(session, page, toPlaces(places, page.criteria));
  for (let count = FEW; ; count *= FURTHER) {
    const first = sequences.slice(0, count);
    const found = await at(first);
    const beyond = sequences[count] ?? next;
    if (beyond === null) return found;
    const strays = await straysBefore(session, page, found, beyond);
    if (strays?.length === 0) return found;
    if (strays) return at([...first, ...strays]);
    if (next !== null) return null;
  }
}

/**
 * The sequences of entries that lie at `beyond` or further in the order of recording, and yet come
 * before the end of a page in its order. Null when the page is not filled, or there are `FEW` or more.
 */
async function straysBefore(
  session: Session,
  { extent: { ledgerId, times }, ordering, rows: { limit } }: PageRead,
  found: readonly Partial<AuditLogRow>[],
  beyond: number,
): Promise<number[] | null> {
  const { columns, isAscending } = ordering;
  const last = found[limit - 1];
  if (!last) return null;
  if (columns !== BY_TIME) return [];
  const place = BY_TIME.map((column) => Number(last[column]));
  const between = isAscending
    ? { times: { ...times, below: place }, sequences: { above: [beyond - 1], below: [BEYOND] } }
    : { times: { ...times, above: place }, sequences: { above: [0], below: [beyond + 1] } };
  const rows = { columns: BY_TIME, limit: FEW, skip: 0 };
  const extent = { ledgerId, ...between };
  const strays = await selectBound<{ sequence: number | bigint }>(session, (bindings) =>
    orderedPage(wholeLog('time', []), { extent, ordering, rows }, bindings),
  );
  return strays.length < FEW ? strays.map(({ sequence }) => Number(sequence)) : null;
}
