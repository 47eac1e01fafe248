import type { Transaction } from '../../database/database.ts';
import type { FieldProblem } from '../../kernel/errors.ts';
import type { OrganizationId } from '../../kernel/ids.ts';
import { refuse } from '../../kernel/problems.ts';
import type { EntryRow } from '../../ledger/append.ts';
import { authorize } from '../../ledger/authorize.ts';
import type { LedgerHead } from '../../ledger/head.ts';
import type { Session } from '../../ledger/session.ts';
import { turn } from '../../ledger/turn.ts';
import { type AuditLog, type AuditLogRow, auditLogOf } from './audit-log.ts';
import { type KnownKey, keyHashOf, knownKeys, rememberKeys } from './idempotency.ts';
import { type AuditLogInput, type CheckedEvent, checkEvent } from './record-input.ts';

/** What became of one event: stored, known already, or refused with the rules it breaks. */
export interface AuditLogReceipt {
  readonly status: 'RECORDED' | 'DUPLICATE' | 'REJECTED';
  readonly auditLog: AuditLog | null;
  readonly errors: readonly FieldProblem[];
}

/** The most events that one call takes. */
export const LARGEST_BATCH = 1_000;

type Verdict =
  | { readonly kind: 'new'; readonly place: number; readonly event: CheckedEvent }
  | { readonly kind: 'again'; readonly place: number }
  | { readonly kind: 'known'; readonly sequence: bigint }
  | { readonly kind: 'refused'; readonly problems: readonly FieldProblem[] };

/**
 * Records events that products report, in one transaction: one receipt per event, in order.
 * An event that breaks a rule is rejected alone; its neighbours are stored. The same idempotency
 * key with the same body gives the first entry again, for ever; with another body it is rejected.
 * @throws InvalidInputError no events, or more than 1,000
 * @throws NotFoundError | ForbiddenError as `authorize` with `auditLog:record`
 */
export async function recordAuditLogs(
  session: Session,
  organizationId: OrganizationId,
  events: readonly AuditLogInput[],
): Promise<AuditLogReceipt[]> {
  refuse([
    'events',
    events.length === 0 || events.length > LARGEST_BATCH
      ? `Give from 1 to ${LARGEST_BATCH} events; there are ${events.length}.`
      : null,
  ]);
  const checked = events.map((event) => checkEvent(session, event));
  if (checked.every((event) => 'problems' in event)) {
    await authorize(session, organizationId, 'auditLog:record');
    return checked.map((event) => rejected('problems' in event ? event.problems : []));
  }
  return turn(session, organizationId, 'auditLog:record', async (transaction, head) => {
    const verdicts = judge(checked, await keysOf(transaction, head, checked));
    const accepted = verdicts.flatMap((verdict) => (verdict.kind === 'new' ? [verdict.event] : []));
    return {
      drafts: accepted.map(({ draft }) => draft),
      answer: async (rows) => {
        await rememberKeys(
          transaction,
          head.id,
          accepted.map((event, index) => ({ event, sequence: sequenceAt(rows, index) })),
        );
        return receiptsOf(transaction, head, verdicts, rows);
      },
    };
  });
}

type Checked = ReturnType<typeof checkEvent>;

const keysOf = (transaction: Transaction, head: LedgerHead, checked: readonly Checked[]) =>
  knownKeys(
    transaction,
    head.id,
    checked.flatMap((event) =>
      'draft' in event && event.idempotencyKey !== null ? [keyHashOf(event.idempotencyKey)] : [],
    ),
  );

const hashOf = (key: string | null): string | null => (key === null ? null : keyHashOf(key));

/** Decides each event in order, so that a key is also known to the events after it in one call. */
function judge(checked: readonly Checked[], known: ReadonlyMap<string, KnownKey>): Verdict[] {
  const told = new Map<string | null, { verdict: Verdict; isSame(sameness: string): boolean }>(
    Array.from(known, ([hash, { sequence, isSame }]) => [
      hash,
      { verdict: { kind: 'known', sequence }, isSame },
    ]),
  );
  let placeCount = 0;
  return checked.map((event): Verdict => {
    if ('problems' in event) return { kind: 'refused', problems: event.problems };
    const { idempotencyKey, sameness } = event;
    const hash = hashOf(idempotencyKey);
    const earlier = told.get(hash);
    if (earlier) return earlier.isSame(sameness) ? earlier.verdict : KEY_REUSED;
    const place = placeCount++;
    const verdict: Verdict = { kind: 'again', place };
    if (hash !== null) told.set(hash, { verdict, isSame: (other) => other === sameness });
    return { kind: 'new', place, event };
  });
}

const KEY_REUSED: Verdict = {
  kind: 'refused',
  problems: [
    { path: ['idempotencyKey'], message: 'This key was used for an event with another body.' },
  ],
};

async function receiptsOf(
  transaction: Transaction,
  head: LedgerHead,
  verdicts: readonly Verdict[],
  rows: readonly EntryRow[],
): Promise<AuditLogReceipt[]> {
  const sequences = verdicts.flatMap((v) => (v.kind === 'known' ? [v.sequence] : []));
  const stored =
    sequences.length === 0
      ? []
      : await transaction.auditLog.findMany({
          where: { ledgerId: head.id, sequence: { in: sequences } },
        });
  const bySequence = new Map(stored.map((row) => [row.sequence, row]));
  return verdicts.map((verdict): AuditLogReceipt => {
    if (verdict.kind === 'refused') return rejected(verdict.problems);
    const row = verdict.kind === 'known' ? bySequence.get(verdict.sequence) : rows[verdict.place];
    return {
      status: verdict.kind === 'new' ? 'RECORDED' : 'DUPLICATE',
      auditLog: row ? auditLogOf(head.organizationId, row as unknown as AuditLogRow) : null,
      errors: [],
    };
  });
}

const rejected = (errors: readonly FieldProblem[]): AuditLogReceipt => ({
  status: 'REJECTED',
  auditLog: null,
  errors,
});

function sequenceAt(rows: readonly EntryRow[], index: number): bigint {
  const row = rows[index];
  if (!row) throw new Error(`No row was stored for accepted event ${index}.`);
  return row.sequence;
}
