import { textOf } from './files.mjs';
import { Refusal } from './findings.mjs';
import { signersOf } from './note.mjs';

/**
 * @typedef {object} Seal
 * @property {string} name of the file
 * @property {{note: object, origin: string} | null} content null when it cannot be read
 * @property {string[]} signers those of the user's keys that signed it
 * @property {Refusal | null} problem why none did
 */

/**
 * A signed file of a pack. Never throws for what stands in it.
 * @param {(text: string) => object} read
 * @returns {Promise<Seal>}
 */
export async function sealIn(run, pack, name, read) {
  const seal = { name, content: null, signers: [], problem: null };
  try {
    seal.content = read(await textOf(pack, name));
    seal.signers = await trustedSigners(run, seal.content, WHAT[name] ?? name);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    seal.problem = error;
  }
  return seal;
}

const WHAT = { 'checkpoint.txt': 'checkpoint', 'manifest.note': 'manifest' };

/** @param {Seal | null} seal */
export const isVouched = (seal) => seal !== null && seal.signers.length > 0;

/**
 * Tells what is wrong with the signed files of a pack. Where a trusted key signed one of them, it is
 * the right key and a pack of ours: then whatever cannot be read of another was altered.
 * @param {Seal[]} seals
 */
export function tellSeals(findings, seals) {
  const isOurs = seals.some(isVouched);
  for (const { name, problem } of seals) {
    if (problem === null) continue;
    const { verdict, message } = problem;
    const told = message.startsWith(name) ? message : `${name}: ${message}`;
    findings[isOurs && verdict === 'unusable' ? 'tampered' : verdict](told);
  }
}

/**
 * Which trusted keys signed a note for this log.
 * @throws {Refusal} when none did
 */
export async function trustedSigners({ hasher, trusted }, { note, origin }, what) {
  if (trusted.keys.length === 0) {
    throw new Refusal(
      'unusable',
      `the signature of the ${what} was not checked: give the verifier key that you were told by somebody you trust`,
    );
  }
  const keys = trusted.keys.filter(({ name }) => origin === name || origin.startsWith(`${name}/`));
  const signers = await signersOf(hasher, note, keys, what);
  if (signers.length === 0) {
    throw new Refusal('unusable', `none of the keys given signed the ${what}`);
  }
  return signers;
}
