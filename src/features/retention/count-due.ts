import { setImmediate as nextTurn } from 'node:timers/promises';
import { Bindings } from '../../database/bindings.ts';
import type { Session } from '../../ledger/session.ts';
import {
  type DueRule,
  isOwn,
  oldCondition,
  underHold,
  WINDOW_SIZE,
  windowAfter,
} from './due-sql.ts';
import { latestOf } from './policy.ts';

/** What a rule would take from a log now, and what holds keep from it. */
export interface DueCount {
  readonly count: number;
  /** Of those, the ones that do not tell of earlier runs of retention. */
  readonly othersCount: number;
  readonly heldCount: number;
  /** When the oldest and the newest that would go were recorded, in milliseconds; null = none would. */
  readonly oldestMs: number | null;
  readonly newestMs: number | null;
}

interface WindowRow {
  readonly count: number | bigint;
  readonly othersCount: number | bigint | null;
  readonly heldCount: number | bigint | null;
  readonly dueCount: number | bigint | null;
  readonly oldestMs: number | bigint | null;
  readonly newestMs: number | bigint | null;
  readonly lastSequence: number | bigint | null;
  readonly lastMs: number | bigint | null;
}

const NOTHING: DueCount = {
  count: 0,
  othersCount: 0,
  heldCount: 0,
  oldestMs: null,
  newestMs: null,
};

/**
 * Counts, window by window from the oldest kept entry, what a rule would take; other requests get
 * their turn between two. It ends at the first entry that is too new for every scope.
 */
export async function countDue(
  session: Session,
  ledger: { readonly id: number; readonly firstKeptSequence: bigint },
  rule: DueRule,
): Promise<DueCount> {
  const endMs = latestOf(rule.cutoffs);
  if (endMs === null) return NOTHING;
  let found = NOTHING;
  let after = Number(ledger.firstKeptSequence) - 1;
  for (;;) {
    const row = await countWindow(session, ledger.id, after, rule);
    if (!row || row.lastSequence === null) return found;
    found = added(found, row);
    if (Number(row.count) < WINDOW_SIZE || Number(row.lastMs) >= endMs) return found;
    after = Number(row.lastSequence);
    await nextTurn();
  }
}

async function countWindow(session: Session, ledgerId: number, after: number, rule: DueRule) {
  const bindings = new Bindings(session.provider);
  const window = windowAfter(ledgerId, after, WINDOW_SIZE, bindings);
  const text = `SELECT count(*) AS "count", max("sequence") AS "lastSequence", max("recordedAtMs") AS "lastMs",
  sum(CASE WHEN "old" AND NOT "held" THEN 1 ELSE 0 END) AS "dueCount",
  sum(CASE WHEN "old" AND NOT "held" AND NOT "own" THEN 1 ELSE 0 END) AS "othersCount",
  sum(CASE WHEN "old" AND "held" THEN 1 ELSE 0 END) AS "heldCount",
  min(CASE WHEN "old" AND NOT "held" THEN "recordedAtMs" END) AS "oldestMs",
  max(CASE WHEN "old" AND NOT "held" THEN "recordedAtMs" END) AS "newestMs"
FROM (SELECT "sequence", "recordedAtMs", ${oldCondition(rule, bindings)} AS "old",
  ${underHold(rule, bindings)} AS "held", (${isOwn}) AS "own" FROM ${window}) AS "looked"`;
  const [row] = await session.select<WindowRow>(text, bindings.values);
  return row;
}

const added = (found: DueCount, row: WindowRow): DueCount => ({
  count: found.count + Number(row.dueCount),
  othersCount: found.othersCount + Number(row.othersCount),
  heldCount: found.heldCount + Number(row.heldCount),
  oldestMs: found.oldestMs ?? milliseconds(row.oldestMs),
  newestMs: milliseconds(row.newestMs) ?? found.newestMs,
});

const milliseconds = (value: number | bigint | null): number | null =>
  value === null ? null : Number(value);
