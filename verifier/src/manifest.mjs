import { Refusal } from './findings.mjs';
import { noteOf } from './note.mjs';

/** The files that every pack has, beside those that its manifest names. */
export const MANIFEST = 'manifest.json';
export const MANIFEST_NOTE = 'manifest.note';
export const CHECKPOINT = 'checkpoint.txt';
export const CONSISTENCY = 'consistency.json';
export const ENTRIES = 'entries.ndjson';
export const KEYS = 'keys.txt';

const FIELDS = {
  format: (value) => value === 'orgtrail-evidence',
  version: (value) => value === 1,
  exportId: isText,
  organizationId: isText,
  origin: isText,
  kind: (value) => value === 'WHOLE' || value === 'SELECTION',
  filter: isObject,
  afterSequence: isCount,
  snapshotSequence: isCount,
  entryCount: isCount,
  prunedCount: isCount,
  complete: (value) => typeof value === 'boolean',
  reason: (value) => value === null || isText(value),
  files: (value) => isObject(value) && Object.values(value).every(isFile),
};

const isFile = (value) =>
  isObject(value) && isCount(value.bytes) && /^[0-9a-f]{64}$/.test(value.sha256);

function isText(value) {
  return typeof value === 'string' && value !== '';
}

function isCount(value) {
  return Number.isSafeInteger(value) && value >= 0;
}

function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * A pack's manifest. Its text must be the one that its fields are written as, so that no field can
 * stand in it twice.
 * @throws {Refusal} unusable
 */
export function manifestOf(text) {
  const manifest = parsed(text, MANIFEST);
  const wrong = Object.keys(FIELDS).find((name) => !FIELDS[name](manifest[name]));
  if (wrong !== undefined) {
    throw new Refusal('unusable', `${MANIFEST} has no ${wrong} that this verifier understands.`);
  }
  for (const name of [ENTRIES, CHECKPOINT]) {
    if (manifest.files[name] === undefined) {
      throw new Refusal('unusable', `${MANIFEST} does not name ${name}.`);
    }
  }
  return manifest;
}

/** A consistency proof: from one size to another. @throws {Refusal} unusable */
export function consistencyOf(text) {
  const proof = parsed(text, CONSISTENCY);
  const { from, to, hashes } = proof;
  const isProof = isCount(from) && isCount(to) && Array.isArray(hashes) && hashes.length < 128;
  if (!isProof || !hashes.every((hash) => /^[0-9a-f]{64}$/.test(hash))) {
    throw new Refusal('unusable', `${CONSISTENCY} is not a consistency proof.`);
  }
  return { from, to, hashes };
}

function parsed(text, name) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    value = null;
  }
  if (!isObject(value) || `${JSON.stringify(value, null, 2)}\n` !== text) {
    throw new Refusal('unusable', `${name} is not in the form that Orgtrail writes.`);
  }
  return value;
}

const NOTE = /^orgtrail evidence manifest v1\n([^\n]+)\n([0-9a-f]{64})\n$/;

/**
 * The manifest's note: that the log's key signed this manifest of this log.
 * @throws {Refusal} unusable
 */
export function manifestNoteOf(text) {
  const note = noteOf(text, 'manifest');
  const [, origin, sha256] = NOTE.exec(note.text) ?? [];
  if (sha256 === undefined) {
    throw new Refusal('unusable', 'The note of the manifest does not tell of one.');
  }
  return { note, origin, sha256 };
}
