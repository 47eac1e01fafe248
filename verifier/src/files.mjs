import { Refusal } from './findings.mjs';
import { wholeText } from './lines.mjs';

/** A file of a pack. @throws {Refusal} incomplete, when it is not there */
export async function fileOf(pack, name) {
  const file = await pack.file(name);
  if (file === null) throw new Refusal('incomplete', `${name} is missing.`);
  return file;
}

/** All of a small file of a pack, as text. @throws {Refusal} */
export const textOf = async (pack, name) => wholeText((await fileOf(pack, name)).open(), name);

/** The SHA-256 of a file, in hex; null when it cannot be read to its end. */
export async function digestOf(hasher, file) {
  const hash = hasher.createHash();
  try {
    for await (const chunk of file.open()) hash.update(chunk);
    return hash.digest();
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}
