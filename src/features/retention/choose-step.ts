import { Bindings } from '../../database/bindings.ts';
import type { Transaction } from '../../database/database.ts';
import { selectInTurn } from '../../database/prune-entries.ts';
import type { RetentionRun } from '../../generated/sqlite/client.ts';
import type { LedgerHead } from '../../ledger/head.ts';
import type { PruneStep } from '../../ledger/prune.ts';
import type { Session } from '../../ledger/session.ts';
import { standingHolds } from '../legal-hold/held.ts';
import { type DueRule, oldCondition, underHold, windowAfter } from './due-sql.ts';
import { cutoffsOf, limitedTo } from './policy.ts';
import { policyInForce } from './policy-in-force.ts';

interface LookedRow {
  readonly sequence: number | bigint;
  readonly recordedAtMs: number | bigint;
  readonly isDue: boolean | number | bigint;
}

/**
 * What the next step of a run takes: of the next `size` entries those that the retention in force
 * lets go now and no hold keeps. A retention that was lengthened meanwhile counts at once, and an
 * organization that is gone, or waits to be purged, keeps everything.
 */
export async function chooseStep(
  session: Session,
  transaction: Transaction,
  head: LedgerHead,
  run: RetentionRun,
  size: number,
): Promise<PruneStep> {
  const policy = await policyInForce(transaction, head.organizationId, session.clock());
  const holds = await standingHolds(transaction, head.id);
  const heededHolds = holds.map(({ id }) => id);
  const lookedAtSequence = Number(run.lookedAtSequence);
  if (!policy) return { sequences: [], lookedAtSequence, heededHolds, isLast: true };
  const cutoffMs = Number(run.cutoffMs);
  const cutoffs = limitedTo(cutoffsOf(policy, run.startedAt), cutoffMs);
  const rule = { cutoffs, holds };
  const rows = await lookAt(session, transaction, { rule, run, size });
  const inside = rows.filter(({ recordedAtMs }) => Number(recordedAtMs) < cutoffMs);
  return {
    sequences: inside.filter(({ isDue }) => isDue).map(({ sequence }) => Number(sequence)),
    lookedAtSequence: Number(inside.at(-1)?.sequence ?? lookedAtSequence),
    heededHolds,
    isLast: inside.length < size,
  };
}

function lookAt(
  session: Session,
  transaction: Transaction,
  { rule, run, size }: { rule: DueRule; run: RetentionRun; size: number },
): Promise<LookedRow[]> {
  const bindings = new Bindings(session.provider);
  const window = windowAfter(run.ledgerId, Number(run.lookedAtSequence), size, bindings);
  const due = `${oldCondition(rule, bindings)} AND NOT ${underHold(rule, bindings)}`;
  const text = `SELECT "sequence", "recordedAtMs", (${due}) AS "isDue" FROM ${window} ORDER BY "sequence"`;
  return selectInTurn(transaction, session.provider, session.select)(text, bindings.values);
}
