import type { OrganizationId } from '../../kernel/ids.ts';
import { fillTiles } from '../../ledger/fill-tiles.ts';
import { LogForkedError } from '../../ledger/log-forked.ts';
import { logTree } from '../../ledger/proved.ts';
import type { Session } from '../../ledger/session.ts';
import { assertReproduced, checkpointFor } from './checkpoint.ts';
import { suspectWrongTiles } from './mend-tiles.ts';
import type { Signer } from './signer.ts';

/** What a sweep did. */
export interface Swept {
  readonly signedCount: number;
  /** Logs that contradict what was signed of them, and how. */
  readonly forked: ReadonlyMap<OrganizationId, string>;
}

const CHANGED = `
SELECT l."organizationId" FROM "Ledger" l WHERE l."size" > coalesce((
  SELECT c."size" FROM "AuditCheckpoint" c WHERE c."ledgerId" = l."id" ORDER BY c."signedAtMs" DESC LIMIT 1
), 0)`;

/**
 * Signs a checkpoint of every log that grew since its last, and writes the tiles that it grew; goes
 * on past a log that forked. Stops between two logs when `signal` says so.
 */
export async function signChanged(
  session: Session,
  signer: Signer,
  signal: AbortSignal,
): Promise<Swept> {
  const changed = await session.select<{ organizationId: OrganizationId }>(CHANGED, []);
  const ids = changed.map(({ organizationId }) => organizationId);
  return eachLog(ids, signal, async (organizationId) => {
    await checkpointFor(session, signer, organizationId);
    const tree = await logTree(session, organizationId);
    if (tree) await fillTiles(session, tree);
  });
}

/**
 * Compares every log of which a checkpoint is kept outside the database with that checkpoint, and
 * its tiles with its leaves.
 */
export async function checkKept(
  session: Session,
  signer: Signer,
  signal: AbortSignal,
): Promise<Swept> {
  return eachLog(await signer.kept.organizations(), signal, async (organizationId) => {
    const tree = await logTree(session, organizationId);
    if (tree) {
      await assertReproduced(session, signer, tree, null);
      return suspectWrongTiles(tree);
    }
    throw new LogForkedError(
      `The log of ${organizationId}, of which a checkpoint is kept, is gone.`,
    );
  });
}

async function eachLog(
  organizationIds: readonly OrganizationId[],
  signal: AbortSignal,
  work: (organizationId: OrganizationId) => Promise<void>,
): Promise<Swept> {
  const forked = new Map<OrganizationId, string>();
  let signedCount = 0;
  for (const organizationId of organizationIds) {
    if (signal.aborted) break;
    try {
      await work(organizationId);
      signedCount += 1;
    } catch (error) {
      if (!(error instanceof LogForkedError)) throw error;
      forked.set(organizationId, error.message);
    }
  }
  return { signedCount, forked };
}
