import { InvalidInputError } from '../kernel/errors.ts';
import { defaultPageSize, type PageLimit } from '../kernel/paging.ts';
import { single, wholeNumber } from './parameters.ts';

/** The parameters that choose a page. */
export const PAGING_PARAMETERS = ['page', 'limit', 'cursor'] as const;

/** Which page an address asks for: by its number, or what follows a cursor. */
export interface PageRequest {
  /** From 1; null when a cursor says where. */
  readonly page: number | null;
  readonly limit: number;
  /** For the operations: how many rows to take, to pass over, and after which. */
  readonly range: { readonly first: number; readonly skip: number; readonly after: string | null };
}

/** Numbered pages end here: what lies before a page has to be read to pass over it. */
export const DEEPEST_ROW = 10_000;

/** @throws InvalidInputError a parameter breaks a rule, or the page lies too deep */
export function pageRequestOf(limited: PageLimit, search: URLSearchParams): PageRequest {
  const limit =
    wholeNumber(search, 'limit', 1, limited.largestPageSize) ?? defaultPageSize(limited);
  const page = wholeNumber(search, 'page', 1, Number.MAX_SAFE_INTEGER);
  const after = single(search, 'cursor');
  if (after !== null) {
    if (page !== null) throw refusal('Give either page or cursor, not both.');
    return { page: null, limit, range: { first: limit, skip: 0, after } };
  }
  const number = page ?? 1;
  if (number * limit > DEEPEST_ROW) {
    throw refusal(
      `Numbered pages reach as far as row ${DEEPEST_ROW}. Beyond, follow pagination.next: give it as cursor.`,
    );
  }
  return { page: number, limit, range: { first: limit, skip: (number - 1) * limit, after: null } };
}

/** What an answer says of its page; `next` is the cursor of what follows, null at the end. */
export const paginationOf = (
  { page, limit }: PageRequest,
  { count, isCapped }: { count: number; isCapped: boolean },
  next: string | null,
) => ({ page, limit, total: count, totalIsCapped: isCapped, next });

const refusal = (message: string) => new InvalidInputError([{ path: ['page'], message }]);
