import { concatenated } from './bytes.mjs';
import { Refusal } from './findings.mjs';

/** Bytes of the longest line: an entry of the largest size, every character of it escaped, and proof. */
const LONGEST_LINE_BYTES = 16 * 1024 * 1024;
const NEWLINE = 10;

/**
 * Blocks of whole lines in a stream of bytes. Memory is bounded by the longest line. What follows
 * the last line feed comes as a block of its own, which is not whole.
 * @param {AsyncIterable<Uint8Array>} chunks
 * @returns {AsyncGenerator<{bytes: Uint8Array, isWhole: boolean}>}
 */
export async function* lineBlocks(chunks) {
  let parts = [];
  let length = 0;
  for await (const chunk of chunks) {
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    if (end > 0) {
      yield { bytes: joined([...parts, chunk.subarray(0, end)]), isWhole: true };
      parts = [];
      length = 0;
    }
    if (end < chunk.length) parts.push(chunk.subarray(end));
    length += chunk.length - end;
    if (length > LONGEST_LINE_BYTES) throw new Refusal('tampered', 'it has a line of over 16 MiB');
  }
  if (length > 0) yield { bytes: joined(parts), isWhole: false };
}

const joined = (parts) => (parts.length === 1 ? parts[0] : concatenated(parts));

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** All of a small file as text. @throws {Refusal} unusable, when it is not one */
export async function wholeText(chunks, name) {
  const parts = [];
  let length = 0;
  for await (const chunk of chunks) {
    parts.push(chunk);
    length += chunk.length;
    if (length > LONGEST_LINE_BYTES) throw new Refusal('unusable', `${name} is too large.`);
  }
  try {
    return decoder.decode(joined(parts));
  } catch {
    throw new Refusal('unusable', `${name} is not UTF-8.`);
  }
}
