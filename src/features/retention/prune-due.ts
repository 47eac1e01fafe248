import { setTimeout as sleep } from 'node:timers/promises';
import { DAY_MS } from '../../kernel/clock.ts';
import type { OrganizationId } from '../../kernel/ids.ts';
import { openRun, pruneStep } from '../../ledger/prune.ts';
import type { Session } from '../../ledger/session.ts';
import { standingHolds } from '../legal-hold/held.ts';
import { chooseStep } from './choose-step.ts';
import { countDue } from './count-due.ts';
import { type Cutoffs, cutoffsOf, latestOf } from './policy.ts';
import { policyInForce } from './policy-in-force.ts';

/** How gently a run goes about it. */
export interface Pace {
  /** Entries looked at by one step, in one transaction; at most 1,000. */
  readonly stepSize: number;
  /** How long to rest after a step, as a multiple of the time that it took. */
  readonly restFactor: number;
}

/** A step is short, and the log is others' for 49 parts of 50. */
export const GENTLE: Pace = { stepSize: 250, restFactor: 49 };

/** A log begins at most one run in this time: retention counts days, and each run leaves entries. */
const PERIOD_MS = DAY_MS;
const SWEEP_BATCH = 100;
const NO_CUTOFFS: Cutoffs = new Map();
const NEVER_STOPPED = new AbortController().signal;

/**
 * Removes what retention lets go, in every log where it is due; gives how many runs came to their
 * end. A run that was cut short is taken up where it stands. Safe beside other processes.
 */
export async function pruneDue(
  session: Session,
  pace: Pace = GENTLE,
  stop: AbortSignal = NEVER_STOPPED,
): Promise<number> {
  let endedCount = 0;
  for await (const organizationId of candidates(session)) {
    if (stop.aborted) break;
    if (await pruneLog(session, organizationId, pace, stop)) endedCount += 1;
  }
  return endedCount;
}

/** Every organization that limits how long it keeps entries, and every log with an open run. */
async function* candidates({ read }: Session): AsyncGenerator<OrganizationId> {
  const open = await read.retentionRun.findMany({
    where: { openFor: { not: null } },
    select: { ledgerId: true },
  });
  const logs = await read.ledger.findMany({
    where: { id: { in: open.map(({ ledgerId }) => ledgerId) } },
    select: { organizationId: true },
  });
  const openIds = new Set(logs.map(({ organizationId }) => organizationId));
  yield* [...openIds] as OrganizationId[];
  const limited = {
    purgeAt: null,
    OR: [
      { retentionDays: { not: null } },
      { scopeRetention: { not: '[]' } },
      { pendingRetention: { isNot: null } },
    ],
  };
  let after = '';
  for (;;) {
    const rows = await read.organization.findMany({
      where: { ...limited, id: { gt: after } },
      orderBy: { id: 'asc' },
      take: SWEEP_BATCH,
      select: { id: true },
    });
    for (const { id } of rows) if (!openIds.has(id)) yield id as OrganizationId;
    const last = rows.at(-1);
    if (!last) return;
    after = last.id;
  }
}

/** Runs retention over one log, if it is due or was cut short; whether a run came to its end. */
export async function pruneLog(
  session: Session,
  organizationId: OrganizationId,
  { stepSize, restFactor }: Pace,
  stop: AbortSignal = NEVER_STOPPED,
): Promise<boolean> {
  if (!(await hasRun(session, organizationId))) return false;
  for (;;) {
    const begunMs = performance.now();
    const goesOn = await pruneStep(session, organizationId, (transaction, head, run) =>
      chooseStep(session, transaction, head, run, stepSize),
    );
    if (!goesOn) return true;
    const restMs = (performance.now() - begunMs) * restFactor;
    await sleep(restMs, undefined, { signal: stop, ref: false }).catch(() => undefined);
    if (stop.aborted) return false;
  }
}

/** Whether a run is open over the log, begun now if one is due. */
async function hasRun(session: Session, organizationId: OrganizationId): Promise<boolean> {
  const { read, clock } = session;
  const ledger = await read.ledger.findUnique({ where: { organizationId } });
  if (!ledger) return false;
  const last = await read.retentionRun.findFirst({
    where: { ledgerId: ledger.id },
    orderBy: { id: 'desc' },
  });
  if (last?.openFor != null) return true;
  const now = clock();
  if (last && now.getTime() - last.startedAt.getTime() < PERIOD_MS) return false;
  const policy = await policyInForce(read, organizationId, now);
  const cutoffs = policy ? cutoffsOf(policy, now) : NO_CUTOFFS;
  const cutoffMs = latestOf(cutoffs);
  if (cutoffMs === null) return false;
  const holds = await standingHolds(read, ledger.id);
  const due = await countDue(session, ledger, { cutoffs, holds });
  if (due.othersCount === 0) return false;
  const told = [...cutoffs].map(([scope, ms]) => [scope, new Date(ms).toISOString()]);
  const plan = { cutoffMs, dueCount: due.count, cutoffs: Object.fromEntries(told) };
  await openRun(session, organizationId, plan);
  return true;
}
