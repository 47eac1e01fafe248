import { ifGiven, refuse } from '../../kernel/problems.ts';
import type { LogHead } from '../../ledger/standing.ts';

/**
 * The snapshot that was asked for, by its last sequence; null when none was.
 * @throws InvalidInputError it lies beyond what is recorded
 */
export function snapshotAt(asked: number | null | undefined, { size }: LogHead): number | null {
  refuse([
    'asOf',
    ifGiven(asked, (at) =>
      Number.isSafeInteger(at) && at >= 0 && at <= size ? null : `Must be from 0 to ${size}.`,
    ),
  ]);
  return asked ?? null;
}
