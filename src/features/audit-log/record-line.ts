import { inspectJson } from '../../kernel/json-text.ts';
import { STORED_DEPTH, storableProblem } from '../../kernel/json-value.ts';
import { type ReadEvent, type ReadOptions, readEvent } from './record-event.ts';
import type { Line } from './record-lines.ts';
import { isJsonObject } from './record-shapes.ts';

export type { ReadOptions };

/** The longest line that is read. */
export const LINE_LIMIT_BYTES = 1024 * 1024;

/** What an entry stores at `STORED_DEPTH` stands one deeper in its line. */
const LINE_DEPTH = STORED_DEPTH + 1;
const LINE_LIMITS = { maxDepth: LINE_DEPTH, maxNodes: 100_000 };

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const BYTE_ORDER_MARK = '\uFEFF';

/**
 * The event in a line; null for a blank line. A line that could not be stored exactly as it says
 * is refused: not UTF-8, a key given twice, an integer that readers round, half a character.
 */
export function readLine(line: Line, options: ReadOptions): ReadEvent | null {
  if (line.isTooLong) return { problem: `A line has at most ${LINE_LIMIT_BYTES} bytes.` };
  const text = textOf(line);
  if (text === null) return { problem: 'Not UTF-8.' };
  if (text.trim() === '') return null;
  const problem = inspectJson(text, LINE_LIMITS);
  if (problem) return { problem: at(problem.path, problem.message) };
  const value = parsed(text);
  if (value === undefined) return { problem: 'Not JSON.' };
  return readValue(value, options);
}

/** The event in a JSON value that was parsed, by the same rules. */
export function readValue(value: unknown, options: ReadOptions): ReadEvent {
  if (!isJsonObject(value)) return { problem: 'Not a JSON object.' };
  const unstorable = storableProblem(value, { maxDepth: LINE_DEPTH });
  if (unstorable) return { problem: at(unstorable.path, unstorable.message) };
  return readEvent(value, options);
}

const at = (path: readonly string[], message: string): string =>
  path.length === 0 ? message : `${path.join('.')}: ${message}`;

function textOf({ number, bytes }: Line): string | null {
  try {
    const text = utf8.decode(bytes);
    return number === 1 && text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
  } catch {
    return null;
  }
}

/** Undefined for text that is not JSON; JSON itself has no undefined. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
