import { closeSync, ftruncateSync, openSync, realpathSync, writeSync } from 'node:fs';
import type { Rejection } from './import.ts';

/** Keeps the first rejections to print, and all of them in a file when there is one. */
export interface RejectionStore {
  readonly first: readonly Rejection[];
  add(rejections: readonly Rejection[]): void;
  close(): void;
}

/** Rejections that are printed. */
const PRINTED = 50;

/**
 * A store that writes every rejection to `file` as NDJSON, when one is given.
 * @throws Error it cannot be written, or is one of `sources`
 */
export function openRejections(file: string | null, sources: readonly string[]): RejectionStore {
  const descriptor = file === null ? null : openOutput(file, sources);
  const first: Rejection[] = [];
  return {
    first,
    add: (rejections) => {
      first.push(...rejections.slice(0, PRINTED - first.length));
      if (descriptor === null || rejections.length === 0) return;
      writeSync(descriptor, rejections.map((one) => `${JSON.stringify(one)}\n`).join(''));
    },
    close: () => {
      if (descriptor !== null) closeSync(descriptor);
    },
  };
}

/** Opened without emptying it, until it is known not to be a source. */
function openOutput(file: string, sources: readonly string[]): number {
  const descriptor = openSync(file, 'a', 0o600);
  if (sources.some((source) => realpathSync(source) === realpathSync(file))) {
    closeSync(descriptor);
    throw new Error(`--rejected ${file}: is one of the files to import.`);
  }
  ftruncateSync(descriptor);
  return descriptor;
}
