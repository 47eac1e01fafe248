import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import {
  type EvidenceRow,
  evidenceLine,
  prunedLine,
} from '../../src/features/audit-log/evidence-line.ts';
import type { OrganizationId } from '../../src/kernel/ids.ts';
import { actorCommitment, contentCommitment, storedBody } from '../../src/ledger/entry-body.ts';
import { sealOf } from '../../src/ledger/entry-seal.ts';
import { appendLeaves, leafHash } from '../../src/ledger/merkle.ts';
import {
  consistencyProof,
  type Derived,
  inclusionProof,
  type TreeNode,
} from '../../src/ledger/proof.ts';

export const ORGANIZATION = 'org_01h455vb4pex5vsknk084sn02q' as OrganizationId;
export const ORIGIN = `audit.example.com/${ORGANIZATION}`;

/** What becomes an entry: everything but what appending works out. */
export type EvidenceDraft = Omit<
  EvidenceRow,
  'id' | 'sequence' | 'actorCommitment' | 'contentCommitment' | 'leafHash'
>;

/** A made-up draft, different for each number. */
export const draftNumber = (n: number): EvidenceDraft => ({
  scope: 'COST',
  action: `budget.spent${n % 7}`,
  outcome: n % 5 === 0 ? 'FAILURE' : 'SUCCESS',
  origin: 'PRODUCER',
  resourceType: n % 3 === 0 ? null : 'budget',
  resourceUID: n % 3 === 0 ? null : `bud_${n}`,
  actorType: 'SERVICE',
  actorId: n % 4 === 0 ? null : `svc-${n}`,
  actorName: `Robot "${n}" 🤖`,
  correlationId: null,
  email: n % 2 === 0 ? null : `person${n}@example.com`,
  ip: '2001:db8::1',
  userAgent: `curl/8.${n}`,
  requestId: `req-${n}`,
  details:
    n % 6 === 0 ? null : `Spent ${n} of ,"actorSalt":null,"v":1},"content":\n\u2028 "quoted"`,
  changes: `[{"from":null,"path":"spent","to":{"body":1,"details":"d","leaf":"${n}","v":1}}]`,
  metadata: `{"content":{"a":1,"v":1},"contentSalt":null,"leaf":"${n}","n":${n}}`,
  createdAtMs: 1_700_000_000_000 + n,
  recordedAtMs: 1_700_000_000_000 + 2 * n,
  erased: null,
  salt: null,
  actorSalt: createHash('md5').update(`actor ${n}`).digest(),
  contentSalt: createHash('md5').update(`content ${n}`).digest(),
});

/** The entry of a draft at its place, with its own salts and commitments stored. */
export function rowAt(sequence: number, draft: EvidenceDraft): EvidenceRow {
  const { actorSalt, contentSalt } = draft;
  const bytes = createHash('md5').update(`id ${sequence}`).digest();
  // Every other one is from before ids told places.
  const id = sequence % 2 === 0 ? null : bytes;
  const actor = actorCommitment({ ...draft, name: draft.actorName }, actorSalt ?? bytes);
  const content = contentCommitment(draft, contentSalt ?? bytes);
  const row = { ...draft, id, sequence, actorCommitment: actor, contentCommitment: content };
  return { ...row, leafHash: leafOf(row) };
}

/** The leaf that an entry's columns give. */
export const leafOf = (row: Omit<EvidenceRow, 'leafHash'>): Uint8Array =>
  leafHash(storedBody(ORGANIZATION, row, sealOf(row)));

/** A log of made-up entries. */
export const rowsOf = (count: number): EvidenceRow[] =>
  Array.from({ length: count }, (_, index) => rowAt(index + 1, draftNumber(index)));

const leavesOf = (rows: readonly EvidenceRow[]) => rows.map((row) => row.leafHash);

const rootOfLeaves = (leaves: readonly Uint8Array[]): Uint8Array =>
  appendLeaves(new Uint8Array(0), 0, leaves).root;

function derived<T>(leaves: readonly Uint8Array[], { derive }: Derived<T>): T {
  return derive(({ level, index }: TreeNode) =>
    rootOfLeaves(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level)),
  );
}

/** A signing key and what tells others of it. */
export interface TestKey {
  readonly vkey: string;
  readonly sign: (text: string) => string;
}

/** A new key in the forms of C2SP signed-note. */
export function testKey(name = 'audit.example.com'): TestKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  const typed = Buffer.concat([Buffer.of(1), raw]);
  const id = createHash('sha256').update(`${name}\n`).update(typed).digest().subarray(0, 4);
  return {
    vkey: `${name}+${id.toString('hex')}+${typed.toString('base64')}`,
    sign: (text) => `${text}\n— ${name} ${signatureOf(text, id, privateKey)}\n`,
  };
}

const signatureOf = (text: string, id: Buffer, key: KeyObject): string =>
  Buffer.concat([id, sign(null, Buffer.from(text), key)]).toString('base64');

/** The checkpoint of a log, signed. */
export const checkpointText = (
  rows: readonly EvidenceRow[],
  key: TestKey,
  origin = ORIGIN,
): string =>
  key.sign(
    `${origin}\n${rows.length}\n${Buffer.from(rootOfLeaves(leavesOf(rows))).toString('base64')}\n`,
  );

/** What stands in a pack. */
export interface PackOptions {
  /** Which sequences; absent = all of them, as a whole log. */
  readonly selected?: readonly number[];
  /** Sequences that retention removed. */
  readonly pruned?: readonly number[];
  readonly previousSize?: number;
  /** What the log was when its checkpoint was signed; absent = what it is. */
  readonly signed?: readonly EvidenceRow[];
}

/** Files of a pack by their names. */
export type PackFiles = Record<string, string>;

/** The lines of a pack of these entries. */
export function linesOf(rows: readonly EvidenceRow[], options: PackOptions = {}) {
  const { selected, pruned, signed = rows } = options;
  if (selected === undefined) {
    return rows.map((row) =>
      pruned?.includes(Number(row.sequence))
        ? prunedLine(Number(row.sequence), row.leafHash)
        : evidenceLine(ORGANIZATION, row, null),
    );
  }
  const leaves = leavesOf(signed);
  return rows.flatMap((row, leafIndex) => {
    if (!selected.includes(leafIndex + 1) || leafIndex >= signed.length) return [];
    const hashes = derived(leaves, inclusionProof(leafIndex, signed.length));
    return [evidenceLine(ORGANIZATION, row, { leafIndex, hashes })];
  });
}

/** A complete pack of a log. */
export function packOf(
  rows: readonly EvidenceRow[],
  key: TestKey,
  options: PackOptions = {},
): PackFiles {
  const lines = linesOf(rows, options);
  const { selected, previousSize, pruned = [], signed = rows } = options;
  const files: PackFiles = {
    'entries.ndjson': lines.join(''),
    'checkpoint.txt': checkpointText(signed, key),
    'README.txt': 'Read me.\n',
  };
  if (previousSize !== undefined) {
    const proof = derived(leavesOf(rows), consistencyProof(previousSize, rows.length));
    const hashes = proof.map((hash) => Buffer.from(hash).toString('hex'));
    files['consistency.json'] =
      `${JSON.stringify({ from: previousSize, to: rows.length, hashes }, null, 2)}\n`;
  }
  const claims = {
    kind: selected === undefined ? 'WHOLE' : 'SELECTION',
    entryCount: lines.length - pruned.length,
    prunedCount: pruned.length,
    snapshotSequence: signed.length,
  };
  return withManifest(files, key, claims);
}

/** The files with a manifest that tells of them, signed. */
export function withManifest(files: PackFiles, key: TestKey, claims: object): PackFiles {
  const manifest = {
    ...{ format: 'orgtrail-evidence', version: 1, exportId: 'test', organizationId: ORGANIZATION },
    ...{ origin: ORIGIN, filter: {}, afterSequence: 0, complete: true, reason: null },
    ...claims,
    files: Object.fromEntries(
      Object.entries(files).map(([name, text]) => [
        name,
        { bytes: Buffer.byteLength(text), sha256: sha256(text) },
      ]),
    ),
  };
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  const note = key.sign(`orgtrail evidence manifest v1\n${ORIGIN}\n${sha256(text)}\n`);
  return { ...files, 'manifest.json': text, 'manifest.note': note };
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
