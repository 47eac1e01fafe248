import { auditLogIdAt, storedAuditLogId } from '../kernel/audit-log-id.ts';
import type { AuditLogId, OrganizationId } from '../kernel/ids.ts';
import { formatInstant } from '../kernel/instant.ts';
import { canonicalJson } from '../kernel/json-value.ts';
import { storableTextProblem } from '../kernel/text.ts';
import { sha256 } from './sha-256.ts';

/** What an entry's leaf stands for: no personal data in clear, only the commitments to it. */
export interface EntryFields {
  /** The public id, `log_…`. */
  readonly id: string;
  readonly organization: string;
  readonly sequence: number | bigint;
  readonly scope: string;
  readonly action: string;
  readonly outcome: string;
  readonly origin: string;
  readonly resourceType: string | null;
  readonly resourceUID: string | null;
  readonly actorType: string;
  readonly actorId: string | null;
  readonly correlationId: string | null;
  /** Milliseconds since the epoch. */
  readonly createdAtMs: number | bigint;
  /** Milliseconds since the epoch. */
  readonly recordedAtMs: number | bigint;
  /** See `actorCommitment`. */
  readonly actor: Uint8Array;
  /** See `contentCommitment`. */
  readonly content: Uint8Array;
}

/** Raised with any change of the body's form; older entries keep the version they were written in. */
export const ENTRY_BODY_VERSION = 1;

/**
 * The canonical body of an entry, version 1: RFC 8785 text, the same from now on for the same
 * fields. The golden files hold it, and a property test holds it equal to a general canonicaliser.
 *
 * @throws RangeError for a sequence that is not from 1 to 2^53 - 1, a time that RFC 3339 cannot
 * write, or a text with a lone surrogate or U+0000.
 */
export function entryBody(fields: EntryFields): string {
  // The keys stand in RFC 8785's order (UTF-16 units), so that writing is canonicalising.
  return JSON.stringify({
    action: clean(fields.action),
    actor: hexOf(fields.actor),
    actorId: clean(fields.actorId),
    actorType: clean(fields.actorType),
    content: hexOf(fields.content),
    correlationId: clean(fields.correlationId),
    createdAt: formatInstant(fields.createdAtMs),
    id: clean(fields.id),
    organization: clean(fields.organization),
    origin: clean(fields.origin),
    outcome: clean(fields.outcome),
    recordedAt: formatInstant(fields.recordedAtMs),
    resourceType: clean(fields.resourceType),
    resourceUID: clean(fields.resourceUID),
    scope: clean(fields.scope),
    sequence: sequenceOf(fields.sequence),
    v: ENTRY_BODY_VERSION,
  });
}

/** The columns of a stored entry that its body is made of. */
export interface BodyRow
  extends Omit<EntryFields, 'id' | 'organization' | 'actor' | 'content'>,
    NamedRow {}

/** The columns of a stored entry that tell its id. */
export interface NamedRow {
  /** Of an entry from before ids told places; else null. */
  readonly id: Uint8Array | null;
  readonly sequence: number | bigint;
  readonly recordedAtMs: number | bigint;
}

/** The public id of a stored entry. */
export const idOfRow = (organizationId: OrganizationId, row: NamedRow): AuditLogId =>
  row.id
    ? storedAuditLogId(row.id)
    : auditLogIdAt(organizationId, Number(row.sequence), Number(row.recordedAtMs));

/** The two commitments of an entry, which its row may leave to be worked out. */
export interface Commitments {
  readonly actorCommitment: Uint8Array;
  readonly contentCommitment: Uint8Array;
}

/** The body of an entry as its columns tell it now. @throws RangeError as `entryBody` */
export const storedBody = (
  organization: OrganizationId,
  row: BodyRow,
  commitments: Commitments,
): string =>
  entryBody({
    ...row,
    id: idOfRow(organization, row),
    organization,
    actor: commitments.actorCommitment,
    content: commitments.contentCommitment,
  });

/** Of a Buffer as it is: to look at other bytes as one costs an allocation outside the heap. */
const hexOf = (bytes: Uint8Array): string =>
  (Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  ).toString('hex');

function clean(text: string | null): string | null {
  const problem = text === null ? null : storableTextProblem(text);
  if (problem !== null) throw new RangeError(problem);
  return text;
}

function sequenceOf(value: number | bigint): number {
  const sequence = Number(value);
  if (!Number.isSafeInteger(sequence) || sequence < 1) {
    throw new RangeError(`An entry's sequence is from 1 to 2^53 - 1, not ${value}.`);
  }
  return sequence;
}

/** Bytes of a salt: enough that no value behind a commitment can be guessed. */
export const SALT_BYTES = 16;

/** Who acted, as far as it is personal data. */
export interface ActorDisclosure {
  readonly email: string | null;
  readonly ip: string | null;
  readonly name: string | null;
  readonly requestId: string | null;
  readonly userAgent: string | null;
}

/** The canonical text of no changes, for which rows have null. */
export const NO_CHANGES = '[]';

/** What happened, as far as it may be personal data. */
export interface ContentDisclosure {
  /** Canonical JSON text (`canonicalJson`) of an array of {from, path, to}; null = `NO_CHANGES`. */
  readonly changes: string | null;
  readonly details: string | null;
  /** Canonical JSON text (`canonicalJson`) of an object. */
  readonly metadata: string;
}

/**
 * SHA-256(salt || RFC 8785 text of the value): binds to the value and says nothing of it to those
 * without the salt.
 *
 * @throws RangeError when the salt is not 16 bytes.
 */
export const commit = (salt: Uint8Array, value: object): Uint8Array<ArrayBuffer> =>
  commitToText(salt, canonicalJson(value));

/**
 * The commitment to {email, ip, name, requestId, userAgent}, absent ones as null.
 *
 * @throws RangeError for a text with a lone surrogate or U+0000.
 */
export const actorCommitment = (
  actor: ActorDisclosure,
  salt: Uint8Array,
): Uint8Array<ArrayBuffer> => commitToText(salt, actorText(actor));

/** The text that `actorCommitment` commits to. @throws RangeError as it does */
export const actorText = ({ email, ip, name, requestId, userAgent }: ActorDisclosure): string =>
  JSON.stringify({
    email: clean(email),
    ip: clean(ip),
    name: clean(name),
    requestId: clean(requestId),
    userAgent: clean(userAgent),
  });

/**
 * The commitment to {changes, details, metadata}, the two texts standing for the values they say.
 * Their canonical form is the caller's to give: it is put together here, not parsed again.
 *
 * @throws RangeError for details with a lone surrogate or U+0000.
 */
export const contentCommitment = (
  content: ContentDisclosure,
  salt: Uint8Array,
): Uint8Array<ArrayBuffer> => commitToText(salt, contentText(content));

/** The text that `contentCommitment` commits to. @throws RangeError as it does */
export const contentText = ({ changes, details, metadata }: ContentDisclosure): string =>
  `{"changes":${changes ?? NO_CHANGES},"details":${JSON.stringify(clean(details))},"metadata":${metadata}}`;

function commitToText(salt: Uint8Array, text: string): Uint8Array<ArrayBuffer> {
  if (salt.length !== SALT_BYTES) {
    throw new RangeError(`A salt has ${SALT_BYTES} bytes, not ${salt.length}.`);
  }
  const salted = Buffer.allocUnsafe(SALT_BYTES + Buffer.byteLength(text));
  salted.set(salt);
  salted.write(text, SALT_BYTES);
  return sha256(salted);
}
