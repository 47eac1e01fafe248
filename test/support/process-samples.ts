import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** What a process holds at one moment. */
export interface Sample {
  readonly residentMiB: number;
  /** Open files and sockets. */
  readonly handleCount: number;
}

/** What a process holds now; null where the machine does not tell. */
export function sampleOf(pid: number | undefined): Sample | null {
  if (!existsSync(`/proc/${pid}/status`)) return null;
  const [, kib] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return {
    residentMiB: Number(kib) / 1024,
    handleCount: readdirSync(`/proc/${pid}/fd`).length,
  };
}

/** The middle one of some numbers; NaN for none. */
export const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;

/** What was noted by tenths, each as its median: whether it still grows at the end, or only filled up. */
export const tenths = (numbers: readonly number[]): number[] =>
  Array.from({ length: 10 }, (_, at) => {
    const [from, to] = [at, at + 1].map((n) => Math.floor((numbers.length * n) / 10));
    return Math.round(median(numbers.slice(from, to)));
  });

/** The first and the last third of what was noted, each as its median. */
export function thirds(numbers: readonly number[]): readonly [first: number, last: number] {
  const third = Math.ceil(numbers.length / 3);
  return [median(numbers.slice(0, third)), median(numbers.slice(-third))];
}
