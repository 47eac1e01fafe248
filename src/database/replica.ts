import { SECOND_MS } from '../kernel/clock.ts';
import { inTime } from '../kernel/in-time.ts';
import type { Database, Replica } from './database.ts';
import { endOfReading } from './read-until.ts';

/** How long a copy is let alone that did not answer, and how long it may take to answer. */
const [AWAY_MS, ANSWER_MS] = [5 * SECOND_MS, SECOND_MS];

const EXTENT = 'SELECT "size", "prunedCount" FROM "Ledger" WHERE "id" = $1';

type Extent = Record<'size' | 'prunedCount', number | bigint>;

/** The copy that `select` reads; `told` hears when it goes away, and when it is back. */
export function openReplica(
  select: Database['select'],
  told: (isThere: boolean) => void = () => undefined,
): Replica {
  let isThere = true;
  let askAgainAtMs = 0;
  const note = (is: boolean): void => {
    if (is !== isThere) told(is);
    isThere = is;
    askAgainAtMs = is ? 0 : performance.now() + AWAY_MS;
  };
  return {
    select,
    async holds({ ledgerId, size, prunedCount }) {
      if (performance.now() < askAgainAtMs) return false;
      try {
        const [row] = await inTime(select<Extent>(EXTENT, [ledgerId]), ANSWER_MS);
        note(true);
        return !!row && Number(row.size) >= size && Number(row.prunedCount) >= prunedCount;
      } catch {
        // Who gives up the reading says nothing of the copy; what it lacks or refuses, the primary has.
        if (!endOfReading()?.aborted) note(false);
        return false;
      }
    },
  };
}
