import { selectBound } from '../../database/bindings.ts';
import type { Session } from '../../ledger/session.ts';
import { BY_TIME, wholeLog } from './access-path.ts';
import { orderedPage } from './page-sql.ts';
import { ALL_SEQUENCES, beyond, type Extent, type Ordering, type Span } from './span-sql.ts';

/** Entries of the log in one stride: looking at so many takes little time, whatever is asked of them. */
export const STRIDE = 8_000;

/**
 * An extent in parts that lie one behind the other in an order, each with at most `STRIDE` entries of
 * the log: a walk that may find nothing holds up nobody for long, and is given up between two of them.
 */
export async function* stridesOf(
  session: Session,
  extent: Extent,
  ordering: Ordering,
): AsyncGenerator<Extent> {
  for (let rest = extent; ; ) {
    const parted = await partedByStride(session, rest, ordering);
    if (!parted) return yield rest;
    yield parted.nearer;
    rest = parted.further;
  }
}

/**
 * The same where the statements themselves look at no more than a stride: each is what lies behind
 * those before, and where a stride ends is only asked once it was gone through.
 */
export async function* beginningsOf(
  session: Session,
  extent: Extent,
  ordering: Ordering,
): AsyncGenerator<Extent> {
  for (let rest: Extent | undefined = extent; rest; ) {
    yield rest;
    rest = (await partedByStride(session, rest, ordering))?.further;
  }
}

/** The first stride of an extent, and what lies behind it; null where it has no more than one. */
async function partedByStride(
  session: Session,
  extent: Extent,
  ordering: Ordering,
): Promise<{ readonly nearer: Extent; readonly further: Extent } | null> {
  const isTimed = ordering.columns === BY_TIME;
  const cut = isTimed ? 'times' : 'sequences';
  const last = isTimed
    ? await lastInTime(session, extent, ordering)
    : lastInSequence(extent.sequences, ordering);
  if (!last) return null;
  const [nearer, further] = cutAfter(last, extent[cut], ordering);
  return { nearer: { ...extent, [cut]: nearer }, further: { ...extent, [cut]: further } };
}

/**
 * The place of the last entry of a stride; null where the rest is no longer than one. Entries that were
 * recorded beyond the snapshot are counted too: they are looked at.
 */
async function lastInTime(
  session: Session,
  { ledgerId, times }: Extent,
  ordering: Ordering,
): Promise<readonly number[] | null> {
  const extent = { ledgerId, times, sequences: ALL_SEQUENCES };
  const rows = { columns: BY_TIME, limit: 1, skip: STRIDE - 1 };
  const [row] = await selectBound<Record<(typeof BY_TIME)[number], number | bigint>>(
    session,
    (bindings) => orderedPage(wholeLog('time', []), { extent, ordering, rows }, bindings),
  );
  return row ? BY_TIME.map((column) => Number(row[column])) : null;
}

function lastInSequence(
  { above: [above = 0], below: [below = 0] }: Span,
  { isAscending }: Ordering,
): readonly number[] | null {
  if (below - above - 1 <= STRIDE) return null;
  return [isAscending ? above + STRIDE : below - STRIDE];
}

/** A span up to a place and with it, and what lies beyond. Spans leave their ends out. */
function cutAfter(
  place: readonly number[],
  span: Span,
  { isAscending }: Ordering,
): readonly [Span, Span] {
  const next = [...place.slice(0, -1), (place.at(-1) ?? 0) + (isAscending ? 1 : -1)];
  return [beyond(span, next, !isAscending), beyond(span, place, isAscending)];
}
