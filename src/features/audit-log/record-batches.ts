import type { AuditLogInput } from './record-input.ts';
import { type ReadOptions, readLine } from './record-line.ts';
import type { Line } from './record-lines.ts';

/** One line that holds something: an event, or the reason why it is refused. */
export interface ReadLine {
  readonly number: number;
  readonly read: { readonly event: AuditLogInput } | { readonly problem: string };
}

/** Lines that are recorded in one go, in their order; never empty. */
export type Batch = readonly [ReadLine, ...ReadLine[]];

/** Beyond these bytes of lines a batch is full, whatever its count. */
const BATCH_LIMIT_BYTES = 4 * 1024 * 1024;

/**
 * Reads lines into batches of at most `size`. A batch is what has come while the one before it was
 * dealt with: a slow sender's line is not kept waiting for others, and while a batch is recorded
 * at most one more is read ahead.
 * @throws whatever ended the lines early, after a last batch with all that came before
 */
export async function* batchesOf(
  lines: AsyncIterable<Line>,
  size: number,
  options: ReadOptions,
): AsyncGenerator<Batch> {
  const ahead = readAhead(lines, size, options);
  try {
    for (;;) {
      const [first, ...others] = await ahead.take();
      if (!first) break;
      yield [first, ...others];
    }
  } finally {
    ahead.stop();
  }
}

/** Reads in the background, as far as one batch. */
function readAhead(lines: AsyncIterable<Line>, size: number, options: ReadOptions) {
  let buffer: ReadLine[] = [];
  let sizeBytes = 0;
  let isStopped = false;
  let ending: { readonly failure: unknown } | null = null;
  const changed = signal();

  const keep = async (line: Line): Promise<void> => {
    const read = readLine(line, options);
    if (!read) return;
    buffer.push({ number: line.number, read });
    sizeBytes += line.bytes.length;
    changed.raise();
    while (!isStopped && (buffer.length >= size || sizeBytes >= BATCH_LIMIT_BYTES)) {
      await changed.raised();
    }
  };

  const pump = async (): Promise<void> => {
    for await (const line of lines) {
      await keep(line);
      if (isStopped) return;
    }
  };
  void pump()
    .then(
      () => ({ failure: null }),
      (failure: unknown) => ({ failure }),
    )
    .then((how) => {
      ending = how;
      changed.raise();
    });

  return {
    /** All that was read, at least one line; none at the end. */
    async take(): Promise<ReadLine[]> {
      // What came in one piece is read in one turn of the event loop.
      while (buffer.length === 0 && ending === null) await changed.raised();
      await new Promise((resolve) => void setImmediate(resolve));
      const taken = buffer;
      buffer = [];
      sizeBytes = 0;
      changed.raise();
      if (taken.length === 0 && ending?.failure) throw ending.failure;
      return taken;
    },
    stop(): void {
      isStopped = true;
      changed.raise();
    },
  };
}

/** Wakes everyone who waits for it. */
function signal() {
  let next = Promise.withResolvers<void>();
  return {
    raised: (): Promise<void> => next.promise,
    raise(): void {
      next.resolve();
      next = Promise.withResolvers<void>();
    },
  };
}
