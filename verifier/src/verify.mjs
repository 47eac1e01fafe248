import { digestOf, fileOf, textOf } from './files.mjs';
import { EXIT_CODES, Findings, Refusal } from './findings.mjs';
import { lineBlocks, wholeText } from './lines.mjs';
import { SelectionCheck, WholeLogCheck } from './log-check.mjs';
import {
  CHECKPOINT,
  CONSISTENCY,
  consistencyOf,
  ENTRIES,
  KEYS,
  MANIFEST,
  MANIFEST_NOTE,
  manifestNoteOf,
  manifestOf,
} from './manifest.mjs';
import { isConsistent } from './merkle.mjs';
import { checkpointOf, keysOf, signersOf } from './note.mjs';
import { isVouched, sealIn, tellSeals, trustedSigners } from './seal.mjs';

/**
 * @typedef {object} Pack
 * @property {string[] | null} names all files, where nothing else may lie beside them; null for a folder
 * @property {boolean} isBare entries and a checkpoint alone, with no manifest
 * @property {() => Promise<void>} [close]
 * @property {(name: string) => Promise<{size: number, open: () => AsyncIterable<Uint8Array>} | null>} file
 */

/**
 * Judges a pack. Never throws for what it is given: whatever is wrong is a finding.
 * @param {object} hasher hashes and signatures of this machine
 * @param {() => Promise<Pack>} openPack
 * @param {{keys: {name: string, id: string, publicKey: Uint8Array, text: string}[],
 *   previous: string | null, organization: string | null}} trusted what the user vouches for
 * @param {(done: number, whole: number) => void} [progress] in bytes of the entries
 */
export async function verify(hasher, openPack, trusted, progress = () => {}) {
  const run = { hasher, trusted, progress, findings: new Findings(), facts: {} };
  let pack = null;
  try {
    pack = await openPack();
    await judge(run, pack);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    run.findings[error.verdict](error.message);
  } finally {
    await pack?.close?.();
  }
  const { findings, facts } = run;
  return {
    verdict: findings.verdict,
    exitCode: EXIT_CODES[findings.verdict],
    firstBadSequence: findings.firstBadSequence,
    findings: findings.list,
    findingCount: findings.count,
    facts,
  };
}

async function judge(run, pack) {
  await refuseOtherThings(run, pack);
  const signed = await sealIn(run, pack, CHECKPOINT, checkpointOf);
  const vouching = pack.isBare ? null : await sealIn(run, pack, MANIFEST_NOTE, manifestNoteOf);
  tellSeals(run.findings, vouching === null ? [signed] : [signed, vouching]);
  if (signed.content === null) return;
  // The key is the right one and did not sign this checkpoint: no entry can be held against it.
  if (!isVouched(signed) && isVouched(vouching)) return;
  const claim = await claimOf(run, signed);
  const manifest = pack.isBare ? null : await manifestIn(run, pack, vouching.content, claim);
  await checkEntries(run, pack, manifest, claim);
  if (manifest !== null) await checkFiles(run, pack, manifest);
  if (manifest !== null && isVouched(vouching)) await checkSigners(run, pack, vouching.content);
  if (run.facts.kind === 'SELECTION') await checkGrowth(run, pack, claim);
}

/** Whatever was given that is no pack was not cut or altered: it is something else. */
async function refuseOtherThings({ hasher }, pack) {
  const files = await Promise.all([CHECKPOINT, MANIFEST, MANIFEST_NOTE, ENTRIES].map(pack.file));
  if (files.every((file) => file === null)) {
    throw new Refusal(
      'unusable',
      'This is no pack of evidence: give the exported zip, or all that was in it.',
    );
  }
  const entries = files.at(-1);
  if (!pack.isBare || entries === null) return;
  for await (const chunk of entries.open()) {
    if (!PLAIN_EXPORT.test(hasher.blockOf(chunk.subarray(0, 32)).text)) return;
    throw new Refusal(
      'unusable',
      'This is a plain export, which proves nothing: export with evidence.',
    );
  }
}

const PLAIN_EXPORT = /^\{"id":"log_/;

/** What everything else is held against: what the checkpoint says, and an earlier one. */
async function claimOf(run, { content: checkpoint, signers }) {
  const { findings, trusted, facts } = run;
  const { origin, size, root } = checkpoint;
  const organization = origin.split('/').at(-1) ?? '';
  Object.assign(facts, { origin, organization, size, root, signedBy: signers });
  if (trusted.organization !== null && trusted.organization !== organization) {
    findings.tampered(`this is the log of ${organization}, not of ${trusted.organization}`);
  }
  return { origin, organization, size, root, previous: await previousOf(run, checkpoint) };
}

async function previousOf(run, checkpoint) {
  if (run.trusted.previous === null) return null;
  const previous = checkpointOf(run.trusted.previous, 'earlier checkpoint');
  if (previous.origin !== checkpoint.origin) {
    throw new Refusal('unusable', `The earlier checkpoint is of another log: ${previous.origin}.`);
  }
  try {
    await trustedSigners(run, previous, 'earlier checkpoint');
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    run.findings[error.verdict](error.message);
  }
  run.facts.previousSize = previous.size;
  const { size, root } = previous;
  if (size > checkpoint.size) {
    run.findings.tampered(
      `the log once had ${size} entries and this checkpoint covers ${checkpoint.size}: it was cut, or an older copy was put in its place`,
    );
  } else if (size === checkpoint.size && root !== checkpoint.root) {
    run.findings.tampered(`two different logs of ${size} entries were signed`);
  }
  return { size, root };
}

/** The manifest, or null when it is not the one that was signed: then nothing is believed of it. */
async function manifestIn(run, pack, note, claim) {
  const { hasher, findings, facts } = run;
  const digest = await digestOf(hasher, await fileOf(pack, MANIFEST));
  if (note !== null && (note.sha256 !== digest || note.origin !== claim.origin)) {
    findings.tampered(`${MANIFEST} is not the one that was signed`);
    return null;
  }
  const manifest = manifestOf(await textOf(pack, MANIFEST));
  const { kind, filter, exportId } = manifest;
  Object.assign(facts, { kind, filter, exportId });
  const { origin, organizationId, snapshotSequence } = manifest;
  const isOf = origin === claim.origin && organizationId === claim.organization;
  if (!isOf || snapshotSequence !== claim.size) {
    findings.tampered(`${MANIFEST} and ${CHECKPOINT} do not belong together`);
  }
  if (!manifest.complete) findings.incomplete(`the export was not finished: ${manifest.reason}`);
  return manifest;
}

async function checkEntries(run, pack, manifest, claim) {
  const { hasher, findings, facts } = run;
  const file = await fileOf(pack, ENTRIES);
  const hash = hasher.createHash();
  const read = { bytes: 0 };
  const before = findings.count;
  const lines = lineBlocks(watched(run, file, hash, read));
  const isCut = () => manifest === null || read.bytes < manifest.files[ENTRIES].bytes;
  const check = await checked(run, lines, manifest, claim, isCut);
  const { entryCount, prunedCount, withoutActor, withoutContent, withoutBody } = check;
  Object.assign(facts, { entryCount, prunedCount, withoutActor, withoutContent, withoutBody });
  if (manifest === null) return;
  const promised = manifest.entryCount + manifest.prunedCount;
  const found = entryCount + prunedCount;
  if (findings.count === before && found < promised) {
    findings.incomplete(`the manifest tells of ${promised} entries and there are ${found}`);
  }
  if (findings.count === before && hash.digest() !== manifest.files[ENTRIES].sha256) {
    findings.tampered(`${ENTRIES} is not the file that the manifest tells of`);
  }
}

async function* watched({ progress }, file, hash, read) {
  for await (const chunk of file.open()) {
    hash.update(chunk);
    read.bytes += chunk.length;
    progress(read.bytes, file.size);
    yield chunk;
  }
}

/** What the lines came to. */
async function checked(run, blocks, manifest, claim, isCut) {
  const { findings } = run;
  let check = null;
  try {
    for await (const { bytes, isWhole } of blocks) {
      check ??= checkOf(run, manifest?.kind ?? kindOf(run.hasher, bytes), claim);
      if (isWhole) check.block(bytes);
      else check.rest(bytes, isCut());
    }
    check ??= checkOf(run, manifest?.kind ?? 'WHOLE', claim);
    check.end();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    check ??= checkOf(run, manifest?.kind ?? 'SELECTION', claim);
    findings.tampered(`${ENTRIES} cannot be read from here on: ${error.message}`, check.place);
  }
  return check;
}

function checkOf({ hasher, findings, facts }, kind, claim) {
  facts.kind = kind;
  return kind === 'WHOLE'
    ? new WholeLogCheck(hasher, claim, findings)
    : new SelectionCheck(hasher, claim, findings);
}

/** Without a manifest, the first line tells whether this is a whole log: it has no proof. */
const kindOf = (hasher, bytes) =>
  /^[^\n]*\]\}\n/.test(hasher.blockOf(bytes).text) ? 'SELECTION' : 'WHOLE';

/** The files that nothing else proves are those that were signed for. */
async function checkFiles({ hasher, findings }, pack, manifest) {
  const known = [MANIFEST, MANIFEST_NOTE, ...Object.keys(manifest.files)];
  const strangers = pack.names?.filter((name) => !known.includes(name)) ?? [];
  for (const name of strangers) findings.tampered(`the manifest does not tell of ${name}`);
  for (const [name, { sha256 }] of Object.entries(manifest.files)) {
    if (name === ENTRIES) continue;
    const file = await pack.file(name);
    const digest = file && (await digestOf(hasher, file));
    if (file === null) findings.incomplete(`${name} is missing`);
    else if (digest !== sha256) findings.tampered(`${name} is not what the manifest tells of`);
  }
}

/** Whoever signed the manifest also says whose signatures it bears: each of them must be right. */
async function checkSigners({ hasher, findings }, pack, { note }) {
  const file = await pack.file(KEYS);
  if (file === null) return;
  try {
    const keys = keysOf(hasher, await wholeText(file.open(), KEYS));
    await signersOf(hasher, note, keys, 'manifest');
    const isListed = ({ name, id }) => keys.some((key) => key.name === name && key.id === id);
    if (note.signatures.every(isListed)) return;
    findings.tampered(`${MANIFEST_NOTE} bears a signature by a key that ${KEYS} does not tell of`);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    findings.tampered(`${MANIFEST_NOTE}: ${error.message}`);
  }
}

/** That the log of an earlier checkpoint is the beginning of this one. */
async function checkGrowth({ hasher, findings }, pack, { size, root, previous }) {
  if (previous === null || previous.size >= size) return;
  const file = await pack.file(CONSISTENCY);
  const proof = file && consistencyOf(await wholeText(file.open(), CONSISTENCY));
  if (proof?.from !== previous.size || proof.to !== size) {
    findings.incomplete(
      `there is no proof that the log of ${previous.size} entries is the beginning of this one: export again and name ${previous.size} as the previous size`,
    );
    return;
  }
  const pair = (left, right) => hasher.hashPair(left, right);
  if (!isConsistent(pair, previous, { size, root }, proof.hashes)) {
    findings.tampered(`the first ${previous.size} entries are not those of the earlier checkpoint`);
  }
}
