import type { OrganizationId } from '../../kernel/ids.ts';
import { authorize } from '../../ledger/authorize.ts';
import type { Consistency } from '../../ledger/proved.ts';
import type { Session } from '../../ledger/session.ts';
import { type Checkpoint, checkpointFor } from './checkpoint.ts';
import { consistency } from './inclusion.ts';
import { verifierKey } from './note.ts';
import type { Signer } from './signer.ts';

/**
 * The checkpoint of all entries there are in each log, signed now if none was yet; the refusal in
 * the place of each that cannot be given: of `authorize` with `auditLog:read`, or LogForkedError.
 */
export async function auditCheckpoints(
  session: Session,
  signer: Signer,
  organizationIds: readonly OrganizationId[],
): Promise<(Checkpoint | Error)[]> {
  const checkpoints = await Promise.allSettled(
    organizationIds.map((id) => auditCheckpoint(session, signer, id)),
  );
  return checkpoints.map((one) => (one.status === 'fulfilled' ? one.value : one.reason));
}

async function auditCheckpoint(
  session: Session,
  signer: Signer,
  organizationId: OrganizationId,
): Promise<Checkpoint> {
  await authorize(session, organizationId, 'auditLog:read');
  return checkpointFor(session, signer, organizationId);
}

/**
 * The proof that the log of `to` entries begins with that of `from`.
 * @throws NotFoundError | ForbiddenError as `authorize` with `auditLog:read`
 * @throws InvalidInputError | LogForkedError as `consistency`
 */
export async function auditConsistency(
  session: Session,
  organizationId: OrganizationId,
  from: number,
  to: number,
): Promise<Consistency> {
  await authorize(session, organizationId, 'auditLog:read');
  return consistency(session, organizationId, from, to);
}

/** A key by which checkpoints of a log are verified. */
export interface AuditKey {
  /** `<name>+<key hash>+<key>` (C2SP signed-note). */
  readonly verifierKey: string;
  readonly isSigning: boolean;
}

/**
 * Every key that signs or ever signed checkpoints of the log, newest first.
 * @throws NotFoundError | ForbiddenError as `authorize` with `auditLog:read`
 */
export async function auditKeys(
  session: Session,
  signer: Signer,
  organizationId: OrganizationId,
): Promise<AuditKey[]> {
  await authorize(session, organizationId, 'auditLog:read');
  return verifierKeys(signer, organizationId, session.clock());
}

/** The same without asking for permission. */
export function verifierKeys(
  { keys, originOf }: Signer,
  organizationId: OrganizationId,
  now: Date,
): AuditKey[] {
  const origin = originOf(organizationId);
  const signing = new Set(keys.signingAt(now).map((key) => verifierKey(origin, key)));
  return keys.all
    .map((key) => verifierKey(origin, key))
    .map((text) => ({ verifierKey: text, isSigning: signing.has(text) }));
}
