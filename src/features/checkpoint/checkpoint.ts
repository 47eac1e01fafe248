import { NotFoundError, UnavailableError } from '../../kernel/errors.ts';
import type { OrganizationId } from '../../kernel/ids.ts';
import { LogForkedError } from '../../ledger/log-forked.ts';
import { type LogTree, logTree, provedRoot } from '../../ledger/proved.ts';
import type { Session } from '../../ledger/session.ts';
import { unrecorded } from '../../ledger/unrecorded.ts';
import { base64, isSignedBy, type ReadNote, readNote, type Statement, signedNote } from './note.ts';
import type { Signer } from './signer.ts';

/** A signed statement of how long a log is and what its tree's root is. */
export interface Checkpoint extends Statement {
  /** The signed note, whole. */
  readonly note: string;
  readonly signedAt: Date;
}

/**
 * A checkpoint of a log: the newest if it counts `covering` entries (absent: all there are), else
 * one signed now, kept outside the database before anyone sees it. Checks no permission.
 * @throws NotFoundError  there is no such log
 * @throws LogForkedError the log does not reproduce the last checkpoint, so nothing is signed
 */
export async function checkpointFor(
  session: Session,
  signer: Signer,
  organizationId: OrganizationId,
  covering?: number,
): Promise<Checkpoint> {
  const known = covering && (await newestCheckpoint(session, organizationId));
  if (known && known.size >= covering && isCurrent(known, session, signer, organizationId)) {
    return known;
  }
  return signer.inTurn(organizationId, () => sign(session, signer, organizationId));
}

/** The newest checkpoint that the database holds; null when there is none. */
export async function newestCheckpoint(
  { read }: Pick<Session, 'read'>,
  organizationId: OrganizationId,
): Promise<Checkpoint | null> {
  const ledger = await read.ledger.findUnique({ where: { organizationId }, select: { id: true } });
  if (!ledger) return null;
  const row = await read.auditCheckpoint.findFirst({
    where: { ledgerId: ledger.id },
    orderBy: [{ signedAtMs: 'desc' }, { size: 'desc' }],
  });
  return row && checkpointOf(row);
}

/** The checkpoint with just this size, if one was signed; the newest of several. */
export async function checkpointAt(
  { read }: Pick<Session, 'read'>,
  { ledgerId }: LogTree,
  size: number,
): Promise<Checkpoint | null> {
  const row = await read.auditCheckpoint.findFirst({
    where: { ledgerId, size: BigInt(size) },
    orderBy: { signedAtMs: 'desc' },
  });
  return row && checkpointOf(row);
}

interface CheckpointRow {
  readonly size: bigint;
  readonly root: Uint8Array;
  readonly note: string;
  readonly signedAtMs: bigint;
}

const checkpointOf = ({ size, root, note, signedAtMs }: CheckpointRow): Checkpoint => ({
  origin: note.slice(0, note.indexOf('\n')),
  size: Number(size),
  root,
  note,
  signedAt: new Date(Number(signedAtMs)),
});

/** Whether every key that signs now has signed it, under the name that the log has now. */
function isCurrent(
  { note }: Checkpoint,
  { clock }: Session,
  { keys, originOf }: Signer,
  organizationId: OrganizationId,
): boolean {
  const read = readNote(note);
  if (read?.origin !== originOf(organizationId)) return false;
  return keys.signingAt(clock()).every((key) => isSignedBy(read, key));
}

async function sign(
  session: Session,
  signer: Signer,
  organizationId: OrganizationId,
): Promise<Checkpoint> {
  const tree = await logTree(session, organizationId);
  if (!tree) throw new NotFoundError('Organization', organizationId);
  const known = await newestCheckpoint(session, organizationId);
  await assertReproduced(session, signer, tree, known);
  if (known?.size === tree.size && isCurrent(known, session, signer, organizationId)) return known;
  return signNow(session, signer, tree, known);
}

/** Signs what the tree is now, without comparing it with anything; later than the last one known. */
export async function signNow(
  session: Session,
  signer: Signer,
  tree: LogTree,
  known: Checkpoint | null,
): Promise<Checkpoint> {
  const { size, root } = tree;
  // Later than the one before, even when the clock goes back: the latest counts.
  const signedAt = new Date(
    Math.max(session.clock().getTime(), (known?.signedAt.getTime() ?? 0) + 1),
  );
  const statement = { origin: signer.originOf(tree.organizationId), size, root };
  const note = signedNote(statement, signer.keys.signingAt(signedAt));
  await signer.kept.write(tree.organizationId, note);
  await store(session, tree, note, signedAt);
  return { ...statement, note, signedAt };
}

const store = (session: Session, { ledgerId, size, root }: LogTree, note: string, signedAt: Date) =>
  unrecorded(session, 'a signed statement of the log', async (transaction) => {
    const place = { ledgerId, size: BigInt(size), signedAtMs: BigInt(signedAt.getTime()) };
    const where = { ledgerId_size_signedAtMs: place };
    // Another process may have signed the same in the same millisecond.
    if (await transaction.auditCheckpoint.findUnique({ where })) return;
    await transaction.auditCheckpoint.create({
      data: { ...place, root: Uint8Array.from(root), note },
    });
  });

/**
 * Asserts that the tree begins with what was signed last: by the copy outside the database, and by
 * the newest checkpoint in it.
 * @throws LogForkedError it does not
 * @throws UnavailableError more was signed since the tree was read
 */
export async function assertReproduced(
  session: Session,
  { kept, keys }: Pick<Signer, 'kept' | 'keys'>,
  tree: LogTree,
  known: Checkpoint | null,
): Promise<void> {
  const note = await kept.read(tree.organizationId);
  if (note !== null) await assertBegins(session, tree, trusted(tree.organizationId, note, keys));
  if (known && known.note !== note) await assertBegins(session, tree, known);
}

/** The kept note, if one of the keys signed it for this log. */
function trusted(organizationId: string, note: string, { all }: Signer['keys']): ReadNote {
  const read = readNote(note);
  const isOurs =
    read?.origin.endsWith(`/${organizationId}`) && all.some((k) => isSignedBy(read, k));
  if (read && isOurs) return read;
  throw new LogForkedError(
    `The checkpoint of ${organizationId} that is kept outside the database is damaged, or signed by an unknown key.`,
  );
}

async function assertBegins(session: Session, tree: LogTree, { size, root }: Statement) {
  const { organizationId } = tree;
  if (size > tree.size) {
    const present = await presentSize(session, organizationId);
    if (present >= size) throw new UnavailableError('More was signed meanwhile; ask again.');
    throw new LogForkedError(
      `The log of ${organizationId} has ${present} entries and had ${size} when it was signed last.`,
    );
  }
  const found = await provedRoot(tree, size);
  if (Buffer.compare(found, root) === 0) return;
  throw new LogForkedError(
    `The first ${size} entries of ${organizationId} have the root ${base64(found)}; signed was ${base64(root)}.`,
  );
}

/** How many entries there are now. */
const presentSize = (session: Session, organizationId: OrganizationId): Promise<number> =>
  unrecorded(session, 'a signed statement of the log', async (transaction) => {
    const head = await transaction.ledger.findUnique({ where: { organizationId } });
    return Number(head?.size ?? 0);
  });
