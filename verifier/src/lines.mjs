import { concatenated } from './bytes.mjs';
import { Refusal } from './findings.mjs';

/** Bytes of the longest line: an entry of the largest size, every character of it escaped, and proof. */
const LONGEST_LINE_BYTES = 16 * 1024 * 1024;
const NEWLINE = 10;

/**
 * Blocks of whole lines in a stream of bytes, each chunk of which is good until the next is asked
 * for; so is each block. Memory is bounded by the longest line. What follows the last line feed comes
 * as a block of its own, which is not whole.
 * @param {AsyncIterable<Uint8Array>} chunks
 * @returns {AsyncGenerator<{bytes: Uint8Array, isWhole: boolean}>}
 */
export async function* lineBlocks(chunks) {
  let held = [];
  for await (const chunk of chunks) {
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    // Only the line that began in an earlier chunk has to be put together.
    const first = held.length === 0 ? 0 : chunk.indexOf(NEWLINE) + 1;
    if (first > 0) {
      yield { bytes: concatenated([...held, chunk.subarray(0, first)]), isWhole: true };
      held = [];
    }
    if (end > first) yield { bytes: chunk.subarray(first, end), isWhole: true };
    if (end < chunk.length) held.push(new Uint8Array(chunk.subarray(end)));
    requireShort(held);
  }
  if (held.length > 0) yield { bytes: concatenated(held), isWhole: false };
}

function requireShort(parts) {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  if (length > LONGEST_LINE_BYTES) throw new Refusal('tampered', 'it has a line of over 16 MiB');
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** All of a small file as text. @throws {Refusal} unusable, when it is not one */
export async function wholeText(chunks, name) {
  const parts = [];
  let length = 0;
  for await (const chunk of chunks) {
    parts.push(new Uint8Array(chunk));
    length += chunk.length;
    if (length > LONGEST_LINE_BYTES) throw new Refusal('unusable', `${name} is too large.`);
  }
  try {
    return decoder.decode(concatenated(parts));
  } catch {
    throw new Refusal('unusable', `${name} is not UTF-8.`);
  }
}
