import type { WriteStream } from 'node:tty';
import { Presets, SingleBar } from 'cli-progress';
import { type Clock, SECOND_MS } from '../kernel/clock.ts';

/** Shows how far a long piece of work has come; writes nothing else to its stream meanwhile. */
export interface Progress {
  /** `done` of the whole is done (bytes, say), and `count` things came of it. */
  show(state: { readonly done: number; readonly count: number }): void;
  end(): void;
}

/** What is to be done, and what is counted. */
export interface Work {
  /** In the unit of `done`; 0 when nobody knows. */
  readonly whole: number;
  /** A plural noun. */
  readonly counted: string;
}

/** A bar with rate and time left on a terminal, plain lines every few seconds elsewhere. */
export const startProgress = (stream: WriteStream, clock: Clock, work: Work): Progress =>
  stream.isTTY ? startBar(stream, clock, work) : startLines(stream, clock, work);

function startBar(stream: WriteStream, clock: Clock, { whole, counted }: Work): Progress {
  const startedAtMs = clock().getTime();
  const format = `{bar} {percentage} % | {count} ${counted} | {rate}/s | {eta_formatted} left`;
  const bar = new SingleBar(
    { stream, format, fps: 5, hideCursor: null, gracefulExit: false, etaBuffer: 100 },
    Presets.shades_classic,
  );
  bar.start(Math.max(whole, 1), 0, { count: '0', rate: '0' });
  return {
    show: ({ done, count }) =>
      bar.update(Math.min(done, whole), {
        count: grouped(count),
        rate: rateText(count, clock().getTime() - startedAtMs),
      }),
    end: () => bar.stop(),
  };
}

const LINE_INTERVAL_MS = 3 * SECOND_MS;

function startLines(stream: WriteStream, clock: Clock, { whole, counted }: Work): Progress {
  const startedAtMs = clock().getTime();
  let shownAtMs = startedAtMs;
  return {
    show: ({ done, count }) => {
      const nowMs = clock().getTime();
      if (nowMs - shownAtMs < LINE_INTERVAL_MS) return;
      shownAtMs = nowMs;
      const elapsedMs = nowMs - startedAtMs;
      const share = whole > 0 ? `${Math.floor((100 * done) / whole)} %, ` : '';
      const left = whole > 0 && done > 0 ? (elapsedMs * (whole - done)) / done : null;
      const leftText = left === null ? '' : `, ${Math.ceil(left / SECOND_MS)} s left`;
      stream.write(
        `${share}${grouped(count)} ${counted}, ${rateText(count, elapsedMs)}/s${leftText}\n`,
      );
    },
    end: () => undefined,
  };
}

/** A count with its thousands apart. */
export const grouped = (count: number): string => count.toLocaleString('en');

/** How many a second, in whole numbers. */
export const rateText = (count: number, elapsedMs: number): string =>
  grouped(Math.round((count * SECOND_MS) / Math.max(elapsedMs, 1)));
