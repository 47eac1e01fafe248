import { InvalidInputError } from '../../kernel/errors.ts';
import type { OrganizationId } from '../../kernel/ids.ts';
import type { Inclusion } from '../../ledger/proved.ts';
import { logTree } from '../../ledger/proved.ts';
import type { Session } from '../../ledger/session.ts';
import { type Checkpoint, checkpointAt, checkpointFor } from './checkpoint.ts';
import { inclusionProofs } from './inclusion.ts';
import type { EntryPlace } from './seal.ts';
import type { Signer } from './signer.ts';

/** A proof that is wanted of an entry that was read. */
export interface WantedProof {
  readonly entry: EntryPlace;
  /** In the tree of how many entries; null = of a checkpoint that counts the entry. */
  readonly treeSize: number | null;
}

/** The proof of an entry, and the checkpoint with the tree's size, if one was signed. */
export interface EntryProof extends Inclusion {
  readonly checkpoint: Checkpoint | null;
}

/**
 * Proofs of entries that were read, in their order; an error in the place of each that cannot be
 * given. The entries of one log and size are proved from one reading.
 */
export async function entryProofs(
  session: Session,
  signer: Signer,
  wanted: readonly WantedProof[],
): Promise<(EntryProof | Error)[]> {
  const answers = new Map<WantedProof, EntryProof | Error>();
  const logs = Map.groupBy(wanted, ({ entry, treeSize }) => `${entry.organizationId} ${treeSize}`);
  for (const group of logs.values()) {
    const proved = await provedOrError(session, signer, group);
    for (const [at, one] of group.entries()) answers.set(one, proved[at] ?? new Error('No proof.'));
  }
  return wanted.map((one) => answers.get(one) ?? new Error('No proof.'));
}

async function provedOrError(
  session: Session,
  signer: Signer,
  group: readonly WantedProof[],
): Promise<(EntryProof | Error)[]> {
  const [{ entry, treeSize } = NONE] = group;
  try {
    return treeSize === null
      ? await inCheckpoint(session, signer, entry.organizationId, group)
      : await inTree(session, entry.organizationId, group, treeSize);
  } catch (error) {
    const failure = error instanceof Error ? error : new Error(String(error));
    return group.map(() => failure);
  }
}

const NONE: WantedProof = {
  entry: { organizationId: '' as OrganizationId, sequence: 0 },
  treeSize: null,
};

async function inCheckpoint(
  session: Session,
  signer: Signer,
  organizationId: OrganizationId,
  group: readonly WantedProof[],
): Promise<EntryProof[]> {
  const sequences = group.map(({ entry }) => entry.sequence);
  const last = Math.max(...sequences);
  const checkpoint = await checkpointFor(session, signer, organizationId, last);
  const proofs = await inclusionProofs(session, organizationId, sequences, checkpoint.size);
  return proofs.map((proof) => ({ ...proof, checkpoint }));
}

async function inTree(
  session: Session,
  organizationId: OrganizationId,
  group: readonly WantedProof[],
  treeSize: number,
): Promise<(EntryProof | Error)[]> {
  const within = group.filter(({ entry }) => entry.sequence <= treeSize);
  const sequences = within.map(({ entry }) => entry.sequence);
  const proofs = await inclusionProofs(session, organizationId, sequences, treeSize);
  const tree = within.length > 0 ? await logTree(session, organizationId) : null;
  const checkpoint = tree && (await checkpointAt(session, tree, treeSize));
  const provedOf = new Map(within.map((one, at) => [one, proofs[at]]));
  return group.map((one) => {
    const proof = provedOf.get(one);
    return proof ? { ...proof, checkpoint } : tooSmall(one.entry.sequence, treeSize);
  });
}

const tooSmall = (sequence: number, treeSize: number) =>
  new InvalidInputError([
    {
      path: ['treeSize'],
      message: `Must be at least ${sequence}, the entry's sequence; it is ${treeSize}.`,
    },
  ]);
