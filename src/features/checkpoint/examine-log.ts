import type { OrganizationId } from '../../kernel/ids.ts';
import { leafWindows } from '../../ledger/leaves.ts';
import { LogForkedError } from '../../ledger/log-forked.ts';
import { appendLeaves, HASH_BYTES } from '../../ledger/merkle.ts';
import { type LogTree, logTree } from '../../ledger/proved.ts';
import type { Session } from '../../ledger/session.ts';
import { assertReproduced } from './checkpoint.ts';
import { examineEntries } from './examine-entries.ts';
import { examineGrams } from './examine-grams.ts';
import { examineTallies } from './examine-tallies.ts';
import { examineTiles } from './examine-tiles.ts';
import type { Finding } from './finding.ts';
import { base64 } from './note.ts';
import type { Signer } from './signer.ts';

/**
 * Looks through one log: its leaves against its head, every checkpoint in the database and the one
 * outside, and the tiles. `deep` makes each leaf anew from its entry too,
 * and compares what is derived of the entries with them. Changes nothing.
 */
export async function examineLog(
  session: Session,
  signer: Signer,
  organizationId: OrganizationId,
  deep: boolean,
): Promise<Finding[]> {
  const tree = await logTree(session, organizationId);
  if (!tree) return [{ verdict: 'broken', text: 'there is no such log in the database' }];
  return [
    ...(await examineLeaves(session, tree)),
    await examineKept(session, signer, tree),
    await examineTiles(tree),
    ...(deep ? await examineEach(session, tree) : []),
  ];
}

const examineEach = async (session: Session, tree: LogTree): Promise<Finding[]> => [
  await examineEntries(session, tree),
  await examineTallies(session, tree),
  await examineGrams(session, tree),
];

async function examineKept(session: Session, signer: Signer, tree: LogTree): Promise<Finding> {
  const text = 'the checkpoint outside the database';
  if ((await signer.kept.read(tree.organizationId)) === null) {
    return { verdict: 'noted', text: `${text}: there is none yet` };
  }
  try {
    await assertReproduced(session, signer, tree, null);
    return { verdict: 'sound', text: `${text} is reproduced` };
  } catch (error) {
    if (!(error instanceof LogForkedError)) throw error;
    return { verdict: 'broken', text: `LOG_FORKED: ${error.message}` };
  }
}

interface SignedRoot {
  readonly size: number;
  readonly root: Uint8Array;
  readonly signedAtMs: number;
}

/** All leaves once, in order: the head's root, and each root that was signed on the way. */
async function examineLeaves(session: Session, tree: LogTree): Promise<Finding[]> {
  const signed = await signedRoots(session, tree);
  const contradicted: SignedRoot[] = signed.filter(({ size }) => size > tree.size);
  let grown = appendLeaves(new Uint8Array(0), 0, []);
  let next = 0;
  for await (const { start, leaves } of leafWindows(tree, { start: 0, count: tree.size })) {
    const missing = leaves.findIndex((leaf) => leaf.length !== HASH_BYTES);
    if (missing >= 0) {
      return [{ verdict: 'broken', text: `entry ${start + missing + 1} is missing` }];
    }
    let taken = 0;
    for (let one = signed[next]; one && one.size <= start + leaves.length; one = signed[next]) {
      const upTo = one.size - start;
      grown = appendLeaves(grown.frontier, grown.size, leaves.slice(taken, upTo));
      taken = upTo;
      if (Buffer.compare(grown.root, one.root) !== 0) contradicted.push(one);
      next += 1;
    }
    grown = appendLeaves(grown.frontier, grown.size, leaves.slice(taken));
  }
  const isHead = Buffer.compare(grown.root, tree.root) === 0;
  return [
    isHead
      ? { verdict: 'sound', text: `${tree.size} leaves lead to the root ${base64(tree.root)}` }
      : {
          verdict: 'broken',
          text: `the leaves lead to ${base64(grown.root)}, the head says ${base64(tree.root)}`,
        },
    await checkpointsFinding(session, tree, signed.length, contradicted),
  ];
}

async function signedRoots({ read }: Session, { ledgerId }: LogTree): Promise<SignedRoot[]> {
  const rows = await read.auditCheckpoint.findMany({
    where: { ledgerId },
    select: { size: true, root: true, signedAtMs: true },
    orderBy: { size: 'asc' },
  });
  return rows.map(({ size, root, signedAtMs }) => ({
    size: Number(size),
    root,
    signedAtMs: Number(signedAtMs),
  }));
}

/** What was signed before an operator acknowledged a fork is known to be lost. */
async function checkpointsFinding(
  { read }: Session,
  { ledgerId }: LogTree,
  count: number,
  contradicted: readonly SignedRoot[],
): Promise<Finding> {
  const acknowledged = await read.auditLog.findFirst({
    where: { ledgerId, action: 'auditLog.forkAcknowledged' },
    orderBy: { sequence: 'desc' },
    select: { recordedAtMs: true },
  });
  const knownToMs = Number(acknowledged?.recordedAtMs ?? -1);
  const [first] = contradicted.filter(({ signedAtMs }) => signedAtMs > knownToMs);
  if (first) {
    const text = `a checkpoint of ${first.size} entries in the database is not reproduced`;
    return { verdict: 'broken', text };
  }
  if (contradicted.length > 0) {
    const text = `${contradicted.length} of ${count} checkpoints in the database were lost by an acknowledged fork`;
    return { verdict: 'noted', text };
  }
  return { verdict: 'sound', text: `${count} checkpoints in the database are reproduced` };
}
