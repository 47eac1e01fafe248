import type { Ledger, RetentionRun } from '../../generated/sqlite/client.ts';
import type { Session } from '../../ledger/session.ts';
import { type PendingRetention, pendingRetentions } from './pending-retention.ts';

/** What retention has done to a log, and what waits to change it. */
export interface Retention {
  readonly ledger: Pick<Ledger, 'firstKeptSequence' | 'prunedCount'>;
  /** The newest run, perhaps still open; null = there was none. */
  readonly lastRun: RetentionRun | null;
  readonly pending: PendingRetention | null;
}

/** The same of organizations that the caller sees, in their order; null where there is no log. */
export async function retentionsOf(
  { read, clock }: Session,
  organizationIds: readonly string[],
): Promise<(Retention | null)[]> {
  const ids = [...organizationIds];
  const ledgers = await read.ledger.findMany({ where: { organizationId: { in: ids } } });
  const newest = await read.retentionRun.groupBy({
    by: ['ledgerId'],
    where: { ledgerId: { in: ledgers.map(({ id }) => id) } },
    _max: { id: true },
  });
  const runs = await read.retentionRun.findMany({
    where: { id: { in: newest.flatMap(({ _max }) => _max.id ?? []) } },
  });
  const pending = await pendingRetentions(read, ids, clock());
  const logs = new Map(ledgers.map((ledger) => [ledger.organizationId, ledger]));
  const lastRuns = new Map(runs.map((run) => [run.ledgerId, run]));
  return ids.map((id, index) => {
    const ledger = logs.get(id);
    if (!ledger) return null;
    return {
      ledger,
      lastRun: lastRuns.get(ledger.id) ?? null,
      pending: pending[index] ?? null,
    };
  });
}
