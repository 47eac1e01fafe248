/** One line of a file, without its line feed. */
export interface Line {
  /** From 1. */
  readonly number: number;
  readonly bytes: Uint8Array;
  /** It was over the limit: `bytes` is empty. */
  readonly isTooLong: boolean;
}

const LINE_FEED = 0x0a;

/**
 * Cuts bytes into lines; holds at most `limitBytes` of a line, and drops the bytes of a longer one.
 * A last line without a line feed counts, unless the bytes ended in an error: it may be cut off.
 */
export async function* linesOf(
  chunks: AsyncIterable<Uint8Array>,
  limitBytes: number,
): AsyncGenerator<Line> {
  let number = 1;
  let parts: Uint8Array[] = [];
  let sizeBytes = 0;
  const keep = (part: Uint8Array): void => {
    sizeBytes += part.length;
    if (sizeBytes > limitBytes) parts = [];
    else parts.push(part);
  };
  const cut = (): Line => {
    const isTooLong = sizeBytes > limitBytes;
    const bytes = parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
    parts = [];
    sizeBytes = 0;
    return { number: number++, bytes, isTooLong };
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      keep(chunk.subarray(start, end));
      yield cut();
      start = end + 1;
    }
    keep(chunk.subarray(start));
  }
  if (sizeBytes > 0) yield cut();
}
