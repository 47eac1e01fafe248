import { DAY_MS, MINUTE_MS } from '../kernel/clock.ts';

/** The finest that roll-ups tell apart: every offset from UTC in use is a multiple of it. */
export const QUARTER_MS = 15 * MINUTE_MS;

/** Quarters of an hour in a day of UTC. */
export const DAY_QUARTERS = DAY_MS / QUARTER_MS;

/** Counts by the number of their quarter of an hour within a day. */
export type Quarters = ReadonlyMap<number, number>;

/** A number of one byte, and a count of four. */
const PAIR_BYTES = 5;

/** Counts as they are stored: those that are not 0, in the order of the day. */
export function encodeQuarters(quarters: Quarters): Uint8Array {
  const pairs = [...quarters].filter(([, count]) => count !== 0).sort(([a], [b]) => a - b);
  const bytes = Buffer.alloc(pairs.length * PAIR_BYTES);
  for (const [at, [quarter, count]] of pairs.entries()) {
    bytes.writeUInt8(quarter, at * PAIR_BYTES);
    bytes.writeInt32BE(count, at * PAIR_BYTES + 1);
  }
  return bytes;
}

/** Calls with each stored count, in the order of the day. */
export function eachQuarter(
  stored: Uint8Array,
  take: (quarter: number, count: number) => void,
): void {
  const bytes = Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength);
  for (let at = 0; at < bytes.length; at += PAIR_BYTES) {
    take(bytes.readUInt8(at), bytes.readInt32BE(at + 1));
  }
}

/** Stored counts, as they were before `encodeQuarters`. */
export function decodeQuarters(stored: Uint8Array): Map<number, number> {
  const quarters = new Map<number, number>();
  eachQuarter(stored, (quarter, count) => quarters.set(quarter, count));
  return quarters;
}
