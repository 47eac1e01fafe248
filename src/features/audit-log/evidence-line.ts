import type { OrganizationId } from '../../kernel/ids.ts';
import { actorText, contentText, storedBody } from '../../ledger/entry-body.ts';
import { type StoredSeal, sealOf } from '../../ledger/entry-seal.ts';
import { type AuditLogRow, erasedParts } from './audit-log.ts';

/** An entry's columns with all that its leaf was made of. */
export interface EvidenceRow extends AuditLogRow, StoredSeal {
  readonly leafHash: Uint8Array;
}

/** Where an entry's leaf stands in the tree, and the siblings on its way to the root. */
export interface EvidenceProof {
  readonly leafIndex: number;
  readonly hashes: readonly Uint8Array[];
}

/**
 * An entry in a pack's entries.ndjson, as RFC 8785 text: its canonical body, what it discloses with
 * the salts (null where that was erased), its leaf, and in a pack of some entries its proof. Where an
 * erasure took an address out of the body itself, the leaf is all that can be proved.
 */
export function evidenceLine(
  organizationId: OrganizationId,
  row: EvidenceRow,
  proof: EvidenceProof | null,
): string {
  const end = `"leaf":${hexText(row.leafHash)}${proof === null ? '' : proofText(proof)}}\n`;
  if (hasLostBody(row)) return `{"erasedSequence":${row.sequence},${end}`;
  const seal = sealOf(row);
  const { actorSalt, contentSalt } = seal;
  const actor = actorSalt && actorText({ ...row, name: row.actorName });
  const content = contentSalt && contentText(row);
  const body = storedBody(organizationId, row, seal);
  const disclosed = `"actor":${actor},"actorSalt":${hexText(actorSalt)},"body":${body},"content":${content},"contentSalt":${hexText(contentSalt)}`;
  return `{${disclosed},${end}`;
}

/** Actor and content are only committed to in the body; whatever else was erased stood there in clear. */
const hasLostBody = (row: EvidenceRow): boolean =>
  erasedParts(row).some((part) => part !== 'ACTOR' && part !== 'CONTENT');

/** A line of entries.ndjson for an entry that retention removed. */
export const prunedLine = (sequence: number, leafHash: Uint8Array): string =>
  `{"leaf":${hexText(leafHash)},"prunedSequence":${sequence}}\n`;

const proofText = ({ leafIndex, hashes }: EvidenceProof): string =>
  `,"leafIndex":${leafIndex},"proof":[${hashes.map(hexText).join(',')}]`;

const hexText = (bytes: Uint8Array | null): string =>
  bytes === null ? 'null' : `"${Buffer.from(bytes).toString('hex')}"`;
