import type { AuditLogInput } from '../features/audit-log/record-input.ts';
import type { ProductScope } from '../kernel/vocabulary.ts';
import { readLine } from './import-line.ts';
import type { Line } from './import-lines.ts';

/** One line that holds something: an event, or the reason why it is refused. */
export interface ReadLine {
  readonly number: number;
  readonly read: { readonly event: AuditLogInput } | { readonly problem: string };
}

/** Lines that are recorded in one go, in the file's order; never empty. */
export type Batch = readonly [ReadLine, ...ReadLine[]];

/** Beyond these bytes of lines a batch is full, whatever its count. */
const BATCH_LIMIT_BYTES = 4 * 1024 * 1024;

/**
 * Reads lines into batches of at most `size`.
 * @throws whatever ended the lines early, after a last batch with all that came before
 */
export async function* batchesOf(
  lines: AsyncIterable<Line>,
  size: number,
  defaultScope: ProductScope | null,
): AsyncGenerator<Batch> {
  let batch: ReadLine[] = [];
  let sizeBytes = 0;
  try {
    for await (const line of lines) {
      const read = readLine(line, defaultScope);
      if (!read) continue;
      batch.push({ number: line.number, read });
      sizeBytes += line.bytes.length;
      if (batch.length < size && sizeBytes < BATCH_LIMIT_BYTES) continue;
      yield* whole(batch);
      batch = [];
      sizeBytes = 0;
    }
  } catch (error) {
    yield* whole(batch);
    throw error;
  }
  yield* whole(batch);
}

function* whole([first, ...others]: readonly ReadLine[]): Generator<Batch> {
  if (first) yield [first, ...others];
}
