import { ConflictError, NotFoundError } from '../../kernel/errors.ts';
import type { OrganizationId } from '../../kernel/ids.ts';
import { change } from '../../ledger/change.ts';
import { LogForkedError } from '../../ledger/log-forked.ts';
import { logTree, provedRoot } from '../../ledger/proved.ts';
import type { Session } from '../../ledger/session.ts';
import { assertReproduced, type Checkpoint, newestCheckpoint, signNow } from './checkpoint.ts';
import { base64, readNote } from './note.ts';
import type { Signer } from './signer.ts';

/** What became of the checkpoint that the log no longer reproduces. */
export interface Acknowledged {
  readonly checkpoint: Checkpoint;
  /** Where the contradicted note is now; null when it stood only in the database. */
  readonly putAside: string | null;
}

/**
 * Lets a log that was put back from an older copy be signed again. Recorded as
 * `auditLog.forkAcknowledged`, with what was signed and is lost; the note of that is put aside, for
 * it proves to everyone who has a copy that the log is not the one it was.
 * @throws ConflictError  the log reproduces what was signed
 * @throws LogForkedError its entries contradict its own head: nothing could be signed truthfully
 */
export async function acknowledgeFork(
  session: Session,
  signer: Signer,
  organizationId: OrganizationId,
  reason: string,
): Promise<Acknowledged> {
  return signer.inTurn(organizationId, async () => {
    const found = await treeOf(session, organizationId);
    await provedRoot(found, found.size);
    await assertForked(session, signer, organizationId);
    const note = await signer.kept.read(organizationId);
    const lost = (note && readNote(note)) || (await newestCheckpoint(session, organizationId));
    await change(session, organizationId, 'auditLog:read', async () => ({
      result: undefined,
      event: {
        action: 'auditLog.forkAcknowledged',
        resourceUID: organizationId,
        metadata: {
          signedSize: lost?.size ?? 0,
          signedRoot: lost ? base64(lost.root) : '',
          foundSize: found.size,
          foundRoot: base64(found.root),
          reason,
        },
      },
    }));
    const putAside = await signer.kept.putAside(organizationId, session.clock());
    const tree = await treeOf(session, organizationId);
    const known = await newestCheckpoint(session, organizationId);
    return { checkpoint: await signNow(session, signer, tree, known), putAside };
  });
}

async function treeOf(session: Session, organizationId: OrganizationId) {
  const tree = await logTree(session, organizationId);
  if (!tree) throw new NotFoundError('Organization', organizationId);
  return tree;
}

async function assertForked(session: Session, signer: Signer, organizationId: OrganizationId) {
  const tree = await treeOf(session, organizationId);
  const known = await newestCheckpoint(session, organizationId);
  try {
    await assertReproduced(session, signer, tree, known);
  } catch (error) {
    if (error instanceof LogForkedError) return;
    throw error;
  }
  throw new ConflictError('The log reproduces what was signed of it: there is nothing to do.');
}
