import { isNumberOf } from '../../database/dialect.ts';
import { fold } from '../../database/fold.ts';
import { markerOf } from '../../ledger/derivation.ts';
import { gramsFrom, runsOf } from '../../ledger/grams.ts';
import {
  type Places as Bits,
  decodePlaces,
  inBoth,
  inEither,
  noPlaces,
  sequencesOf,
  windowOf,
} from '../../ledger/places.ts';
import { SEARCHABLE } from '../../ledger/searchable.ts';
import type { Session } from '../../ledger/session.ts';
import type { Criteria } from './filter.ts';
import type { Extent } from './span-sql.ts';

/** Grams of the searched texts whose rarity is looked at. */
const MOST_GRAMS = 32;
/** Of those the rarest, whose places are compared. */
const RAREST = 4;
/** Entries that are not in the index yet and are looked at one by one. */
const MOST_BEYOND = 10_000;
/** Places that are cheaper to look at than the whole log. */
const MOST_PLACES = 20_000;
/** Windows of the index that are read at once, after one, one, two, four and so on. */
const MOST_AT_ONCE = 16;

/** Where a search may match: no other entry does, up to where `next` begins. */
export interface Places {
  /** At most 20,000, in the order that was asked for. */
  readonly sequences: readonly number[];
  /** The first that is not among them; null when all are. */
  readonly next: number | null;
}

/** Whether some of the criteria search for text. */
export const isSearch = (criteria: readonly Criteria[]): boolean =>
  criteria.some(({ search }) => search !== null);

/**
 * The sequences in an extent at which every searched text may stand, as the index of grams and the
 * entries that it has not taken in yet say. Null when those are too many, or it is being made anew.
 */
export async function searchPlaces(
  session: Session,
  { ledgerId, sequences: { above, below } }: Extent,
  criteria: readonly Criteria[],
  isAscending: boolean,
): Promise<Places | null> {
  // The marker first: whatever is taken in meanwhile is looked at twice, not missed.
  const marker = await markerOf(session, SEARCHABLE, ledgerId);
  const [first, last] = [(above[0] ?? 0) + 1, (below[0] ?? 0) - 1];
  if (last - marker > MOST_BEYOND) return null;
  const log = { session, ledgerId, marker };
  const grams = await gramsToAsk(log, await foldedTexts(session, criteria));
  const places: number[] = [];
  for await (const some of placesInTurn(log, grams, { first, last, isAscending })) {
    for (const place of some) places.push(place);
    if (places.length > MOST_PLACES) break;
  }
  if ((await markerOf(session, SEARCHABLE, ledgerId)) < marker) return null;
  return { sequences: places.slice(0, MOST_PLACES), next: places[MOST_PLACES] ?? null };
}

/** Folded as the entries' texts were: each database has its own way. */
async function foldedTexts(
  { provider, select }: Session,
  criteria: readonly Criteria[],
): Promise<string[]> {
  const texts = criteria.flatMap(({ search }) => (search === null ? [] : [search]));
  if (provider === 'sqlite') return texts.map(fold);
  const folded = texts.map((text) => select<{ text: string }>(FOLDED, [text]));
  return (await Promise.all(folded)).flatMap((rows) => rows.map(({ text }) => text));
}

const FOLDED = 'SELECT fold($1::text) AS "text"';

interface Log {
  readonly session: Session;
  readonly ledgerId: number;
  /** How far the index has come. */
  readonly marker: number;
}

/** Grams that an entry must have all of; or a span of them, of which it must have one. */
type Grams = readonly number[] | ReturnType<typeof gramsFrom>;

/** What to ask the index of: the rarest grams; of texts shorter than a gram what the longest may begin. */
async function gramsToAsk(log: Log, texts: readonly string[]): Promise<Grams> {
  const grams = [...new Set(texts.flatMap((text) => [...runsOf(text)]))];
  if (grams.length > 0) return rarestOf(log, spread(grams));
  const [longest = ''] = texts.toSorted((a, b) => b.length - a.length);
  return gramsFrom(longest);
}

/** At most so many, from all over the text. */
function spread(grams: readonly number[]): number[] {
  const step = Math.max(1, grams.length / MOST_GRAMS);
  return grams.filter((_, at) => Math.floor(at / step) !== Math.floor((at - 1) / step));
}

/** The grams that lead to the fewest entries, as the two newest windows tell. */
async function rarestOf(log: Log, grams: readonly number[]): Promise<readonly number[]> {
  if (grams.length <= RAREST) return grams;
  const newest = windowOf(log.marker);
  const rows = await rowsOf<number>(log, grams, [newest - 1, newest], 'length("places")');
  const lengths = new Map<number, number>();
  for (const { gram, wanted } of rows) {
    lengths.set(Number(gram), (lengths.get(Number(gram)) ?? 0) + Number(wanted));
  }
  const lengthOf = (gram: number) => lengths.get(gram) ?? 0;
  return grams.toSorted((a, b) => lengthOf(a) - lengthOf(b)).slice(0, RAREST);
}

interface Stretch {
  readonly first: number;
  readonly last: number;
  readonly isAscending: boolean;
}

/** The places of a stretch in its order, some windows at once, and what lies beyond the index. */
async function* placesInTurn(
  log: Log,
  grams: Grams,
  { first, last, isAscending }: Stretch,
): AsyncGenerator<readonly number[]> {
  const inOrder = (places: number[]) => (isAscending ? places.reverse() : places);
  const indexed = Math.min(last, log.marker);
  const beyond = countdown(last, Math.max(first, log.marker + 1));
  if (!isAscending) yield inOrder(beyond);
  for (const windows of batches(windowOf(first), windowOf(indexed), isAscending)) {
    const found = await placesIn(log, grams, windows);
    yield inOrder(found.filter((place) => place >= first && place <= indexed));
  }
  if (isAscending) yield inOrder(beyond);
}

const countdown = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, from - to + 1) }, (_, n) => from - n);

type Windows = readonly [from: number, to: number];

function* batches(from: number, to: number, isAscending: boolean): Generator<Windows> {
  for (let done = 0, count = 0; done <= to - from; done += count) {
    count = Math.min(Math.max(1, done), MOST_AT_ONCE, to - from + 1 - done);
    const first = isAscending ? from + done : to - done - count + 1;
    yield [first, first + count - 1];
  }
}

/** A row of the index, with what is wanted of it. */
interface Row<T> {
  readonly gram: number | bigint;
  readonly window: number | bigint;
  readonly wanted: T;
}

/** The places of windows, the last first. */
async function placesIn(log: Log, grams: Grams, windows: Windows): Promise<number[]> {
  const rows = await rowsOf<Uint8Array>(log, grams, windows, '"places"');
  const byWindow = [...Map.groupBy(rows, ({ window }) => Number(window))];
  return byWindow
    .sort(([a], [b]) => b - a)
    .flatMap(([window, own]) => {
      const some = own.map(({ wanted }) => decodePlaces(wanted));
      return sequencesOf('least' in grams ? some.reduce(inEither) : inAll(some, grams), window);
    });
}

const inAll = (some: readonly Bits[], grams: readonly number[]): Bits =>
  some.length < grams.length ? noPlaces() : some.reduce(inBoth);

async function rowsOf<T>(
  { session: { provider, select }, ledgerId }: Log,
  grams: Grams,
  [from, to]: Windows,
  wanted: string,
): Promise<Row<T>[]> {
  const [among, values] =
    'least' in grams
      ? ['"gram" >= $4 AND "gram" <= $5', [grams.least, grams.greatest]]
      : [isNumberOf(provider, '"gram"', '$4'), [grams.join(',')]];
  return select<Row<T>>(
    `SELECT "gram", "window", ${wanted} AS "wanted" FROM "AuditGram" WHERE "ledgerId" = $1 AND "window" >= $2 AND "window" <= $3 AND ${among}`,
    [ledgerId, from, to, ...values],
  );
}
