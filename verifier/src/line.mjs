/**
 * A line of entries.ndjson is RFC 8785 text of one object, in one of these forms:
 *
 *   {"actor":A,"actorSalt":S,"body":B,"content":C,"contentSalt":S,"leaf":H}
 *   {"actor":A,"actorSalt":S,"body":B,"content":C,"contentSalt":S,"leaf":H,"leafIndex":N,"proof":[H…]}
 *   {"leaf":H,"prunedSequence":N}
 *   {"erasedSequence":N,"leaf":H}
 *   {"erasedSequence":N,"leaf":H,"leafIndex":N,"proof":[H…]}
 *
 * The last two are entries whose body held an address in clear, and lost it when that was erased.
 * Lines are read as they stand in a block of bytes, one character for each byte, and are never
 * parsed: A, B and C are texts whose bytes are hashed, and the forms of A and B leave no second way
 * to write the same fields. What C says was committed to as it stands here, byte for byte.
 */
const PLAIN = '[^"\\\\\\x00-\\x1f]*';
/** A string of RFC 8785: escaped only where it must be, and in the one way. */
const TEXT = `"${PLAIN}(?:\\\\(?:["\\\\bfnrt]|u00(?:0[0-7bef]|1[0-9a-f]))${PLAIN})*"`;
const MAYBE = `(?:null|${TEXT})`;
const HASH = '"([0-9a-f]{64})"';
const SALT = '(?:null|"([0-9a-f]{32})")';
const WHOLE = '[1-9]\\d{0,15}';

const ACTOR = '{"actor":';
const ACTOR_FORM = `(null|\\{"email":${MAYBE},"ip":${MAYBE},"name":${MAYBE},"requestId":${MAYBE},"userAgent":${MAYBE}\\})`;
const BODY_FORM = [
  `\\{"action":${TEXT},"actor":${HASH},"actorId":${MAYBE},"actorType":${TEXT},"content":${HASH}`,
  `"correlationId":${MAYBE},"createdAt":${TEXT},"id":${TEXT},"organization":(${TEXT})`,
  `"origin":${TEXT},"outcome":${TEXT},"recordedAt":${TEXT},"resourceType":${MAYBE}`,
  `"resourceUID":${MAYBE},"scope":${TEXT},"sequence":(${WHOLE}),"v":1\\}`,
].join(',');
const HEAD = new RegExp(
  `\\{"actor":${ACTOR_FORM},"actorSalt":${SALT},"body":${BODY_FORM},"content":`,
  'y',
);
const ACTOR_SALT = ',"actorSalt":';
const BODY = ',"body":';
const CONTENT = ',"content":';
const CONTENT_SALT = ',"contentSalt":';
const LEAF = ',"leaf":';
const PROOF_FORM = `,"leafIndex":(0|${WHOLE}),"proof":\\[((?:${HASH}(?:,${HASH})*)?)\\]`;
const PROOF = PROOF_FORM.replaceAll('([0-9a-f]{64})', '[0-9a-f]{64}');
const TAIL = new RegExp(`,"contentSalt":${SALT},"leaf":${HASH}(?:${PROOF})?\\}\\n`, 'y');
const PRUNED = new RegExp(`\\{"leaf":${HASH},"prunedSequence":(${WHOLE})\\}\\n`, 'y');
const ERASED = new RegExp(`\\{"erasedSequence":(${WHOLE}),"leaf":${HASH}(?:${PROOF})?\\}\\n`, 'y');

/**
 * @typedef {object} EntryLine
 * @property {number | null} actorStart where its text stands in the block; null when it is not disclosed
 * @property {number} actorEnd
 * @property {number} actorSaltStart where its hex digits stand
 * @property {string} actorCommitment
 * @property {number} bodyStart
 * @property {number} bodyEnd
 * @property {number | null} contentStart
 * @property {number} contentEnd
 * @property {number} contentSaltStart
 * @property {string} contentCommitment
 * @property {string} organization
 * @property {number} sequence
 * @property {string} leaf
 * @property {number | null} leafIndex null in a pack of a whole log
 * @property {string[]} proof
 */

/**
 * The line from `start` to the line feed at `end`, or null when it has none of the forms.
 * @param {string} text the block, a character for each byte
 * @param {number} start
 * @param {number} end
 * @returns {EntryLine | {leaf: string, sequence: number, isPruned: boolean} | null}
 */
export function lineAt(text, start, end) {
  const head = matchAt(HEAD, text, start);
  if (head === null) return leafOnlyAt(text, start);
  const contentStart = start + head[0].length;
  const tail = plainTailAt(text, end) ?? tailAt(text, end);
  if (tail === null || tail.contentEnd < contentStart) return null;
  const { contentEnd } = tail;
  const hasActor = head[1] !== 'null';
  const hasContent = contentEnd - contentStart !== 4 || !text.startsWith('null', contentStart);
  // A value and its salt are there together or not at all.
  if (hasActor !== (head[2] !== undefined) || hasContent !== tail.hasSalt) return null;
  const actorStart = start + ACTOR.length;
  const actorEnd = actorStart + head[1].length;
  // One shape for every line, by a plain literal: this is where most of the time goes.
  return {
    actorStart: hasActor ? actorStart : null,
    actorEnd,
    actorSaltStart: actorEnd + ACTOR_SALT.length + 1,
    actorCommitment: head[3],
    bodyStart: actorEnd + ACTOR_SALT.length + (hasActor ? 34 : 4) + BODY.length,
    bodyEnd: contentStart - CONTENT.length,
    contentStart: hasContent ? contentStart : null,
    contentEnd,
    contentSaltStart: contentEnd + CONTENT_SALT.length + 1,
    contentCommitment: head[4],
    organization: head[5],
    sequence: Number(head[6]),
    leaf: tail.leaf,
    leafIndex: tail.leafIndex,
    proof: tail.proof,
  };
}

function matchAt(form, text, start) {
  form.lastIndex = start;
  return form.exec(text);
}

const PLAIN_TAIL = CONTENT_SALT.length + 34 + LEAF.length + 67;

/**
 * The end of a line without a proof, whose content is disclosed: its parts stand at fixed places.
 * That they are hex digits shows where they are used: the salt is read as such, and the leaf is
 * compared with one that was worked out.
 */
function plainTailAt(text, end) {
  const contentEnd = end - PLAIN_TAIL;
  const saltStart = contentEnd + CONTENT_SALT.length;
  const leafStart = end - 66;
  const isPlain =
    text.startsWith(CONTENT_SALT, contentEnd) &&
    text.startsWith('"', saltStart) &&
    text.startsWith(`"${LEAF}"`, saltStart + 33) &&
    text.startsWith('"}', end - 2);
  if (!isPlain) return null;
  const leaf = text.slice(leafStart, end - 2);
  return { contentEnd, hasSalt: true, leaf, leafIndex: null, proof: NO_HASHES };
}

function tailAt(text, end) {
  const contentEnd = text.lastIndexOf(CONTENT_SALT, end);
  const tail = contentEnd < 0 ? null : matchAt(TAIL, text, contentEnd);
  if (tail === null || contentEnd + tail[0].length !== end + 1) return null;
  return {
    contentEnd,
    hasSalt: tail[1] !== undefined,
    leaf: tail[2],
    ...proofIn(tail),
  };
}

/** @type {string[]} */
const NO_HASHES = [];

function leafOnlyAt(text, start) {
  const pruned = matchAt(PRUNED, text, start);
  if (pruned !== null) {
    return { leaf: pruned[1], sequence: Number(pruned[2]), isPruned: true, leafIndex: null };
  }
  const erased = matchAt(ERASED, text, start);
  if (erased === null) return null;
  return { leaf: erased[2], sequence: Number(erased[1]), isPruned: false, ...proofIn(erased) };
}

/** The last two parts of a match: where the leaf stands, and its proof. */
const proofIn = ({ 3: leafIndex, 4: proof }) => ({
  leafIndex: leafIndex === undefined ? null : Number(leafIndex),
  proof: proof ? proof.slice(1, -1).split('","') : NO_HASHES,
});

/** Where a line says its place, in the order in which they are believed. */
const CLAIMS = [
  [/^\{"erasedSequence":([1-9]\d{0,15}),"leaf":/, 0],
  [/,"sequence":([1-9]\d{0,15}),"v":1\},"content":/, 0],
  [/,"leafIndex":(0|[1-9]\d{0,15}),"proof":\[[^\]]*\]\}$/, 1],
];

/** The sequence that a line says it has, though the rest of it cannot be read; null if it says none. */
export function claimedSequence(line) {
  for (const [form, added] of CLAIMS) {
    const match = form.exec(line);
    if (match !== null) return Number(match[1]) + added;
  }
  return null;
}
