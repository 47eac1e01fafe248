import { createHash, randomUUID } from 'node:crypto';
import { DomainError, NotFoundError } from '../../kernel/errors.ts';
import type { OrganizationId } from '../../kernel/ids.ts';
import { ifGiven, refuse } from '../../kernel/problems.ts';
import { authorize } from '../../ledger/authorize.ts';
import type { Session } from '../../ledger/session.ts';
import { checkpointFor } from '../checkpoint/checkpoint.ts';
import { consistency } from '../checkpoint/inclusion.ts';
import type { Signer } from '../checkpoint/signer.ts';
import { type EvidenceLabels, evidenceMembers, type PackRun } from './evidence-members.ts';
import { zipped } from './evidence-zip.ts';
import type { AuditLogExport, ExportPart } from './export-audit-logs.ts';
import { type ExportManifest, filterJson } from './export-manifest.ts';
import { beyond, recordExport, recordExportEnd } from './export-record.ts';
import type { ExportRange } from './export-windows.ts';
import { type AuditLogFilter, criteriaOf, isUnrestricted } from './filter.ts';

/** What to give evidence of. */
export interface ExportEvidenceInput {
  readonly filter?: AuditLogFilter | null | undefined;
  /** The sequence of the last entry that the caller has: only entries after it are given. */
  readonly cursor?: number | null | undefined;
  /** Size of a checkpoint that the reader has, to prove that its log is the beginning of this one. */
  readonly previousSize?: number | null | undefined;
}

/**
 * Exports an organization's log up to a checkpoint as a zip that proves itself to whoever has the
 * log's verifier key; also a purged one's. Recorded at its beginning and end as every export is.
 * @throws InvalidInputError a filter, the cursor or the previous size breaks a rule
 * @throws NotFoundError | ForbiddenError as `authorize` with `auditLog:export`
 * @throws LogForkedError the log does not reproduce what was signed of it
 */
export async function exportEvidence(
  session: Session,
  signer: Signer,
  organizationId: OrganizationId,
  input: ExportEvidenceInput,
  stop: AbortSignal = new AbortController().signal,
): Promise<AuditLogExport> {
  const criteria = criteriaOf(input.filter);
  await authorize(session, organizationId, 'auditLog:export');
  const ledger = await session.read.ledger.findUnique({ where: { organizationId } });
  if (!ledger) throw new NotFoundError('Organization', organizationId);
  const checkpoint = await checkpointFor(session, signer, organizationId);
  const { size } = checkpoint;
  const { cursor, previousSize } = input;
  refuse(
    ['cursor', ifGiven(cursor, (at) => (at > size ? beyond(size) : null))],
    ['previousSize', ifGiven(previousSize, (at) => sizeProblem(at, size))],
  );
  const afterSequence = cursor ?? 0;
  const labels: EvidenceLabels = {
    ...{ id: randomUUID(), filter: filterJson(input.filter), checkpoint },
    kind: isUnrestricted(criteria) && afterSequence === 0 ? 'WHOLE' : 'SELECTION',
    growth: previousSize ? await consistency(session, organizationId, previousSize, size) : null,
  };
  const range = { organizationId, ledgerId: ledger.id, afterSequence, criteria };
  const whole = { ...range, snapshotSequence: size };
  const begun = { format: 'EVIDENCE', filter: labels.filter, afterSequence, lastSequence: size };
  await recordExport(session, organizationId, labels.id, begun);
  const parts = partsOf(session, signer, whole, labels, stop);
  return { id: labels.id, afterSequence, snapshotSequence: size, parts };
}

const sizeProblem = (asked: number, size: number): string | null =>
  asked >= 1 && asked <= size ? null : `Must be from 1 to ${size}.`;

async function* partsOf(
  session: Session,
  signer: Signer,
  range: ExportRange,
  labels: EvidenceLabels,
  stop: AbortSignal,
): AsyncGenerator<ExportPart, void> {
  const run: PackRun = {
    ...{ files: {}, entryCount: 0, prunedCount: 0, cursor: range.afterSequence, manifest: '' },
    reason: 'The reader went away.',
  };
  try {
    for await (const bytes of zipped(evidenceMembers(session, signer, range, labels, run, stop))) {
      const { entryCount: count, cursor: lastSequence } = run;
      yield { bytes: Buffer.from(bytes), count, lastSequence };
    }
  } catch (error) {
    run.reason = error instanceof DomainError ? error.message : 'It failed on our side.';
    throw error;
  } finally {
    await recordExportEnd(session, range.organizationId, endOf(range, labels, run));
  }
}

/** What is recorded of a pack; its own manifest tells more, and its hash stands here. */
const endOf = (
  { organizationId, snapshotSequence, afterSequence }: ExportRange,
  { id, filter }: EvidenceLabels,
  { cursor, entryCount, manifest, reason }: PackRun,
): ExportManifest => ({
  ...{ exportId: id, organizationId, format: 'EVIDENCE', filter, snapshotSequence, afterSequence },
  ...{ cursor, count: entryCount, sha256: createHash('sha256').update(manifest).digest('hex') },
  ...{ complete: reason === null, reason },
});
