/** Sequences are kept together in windows of this many, whose bits Postgres keeps within the row. */
export const WINDOW_SIZE = 15_360;

/** Places within a window, one bit each. */
export type Places = Uint32Array;

/** The number of the window in which a sequence is. */
export const windowOf = (sequence: number): number => Math.floor(sequence / WINDOW_SIZE);

/** No place. */
export const noPlaces = (): Places => new Uint32Array(WINDOW_SIZE / 32);

/** Puts the place of a sequence in, or takes it out. */
export function setPlace(places: Places, sequence: number, isIn: boolean): void {
  const place = sequence % WINDOW_SIZE;
  const word = places[place >>> 5] ?? 0;
  const bit = 1 << (place & 31);
  places[place >>> 5] = isIn ? word | bit : word & ~bit;
}

/** The sequences of a window's places, the last first. */
export const sequencesOf = (places: Places, window: number): number[] =>
  [...offsetsIn(places)].reverse().map((offset) => window * WINDOW_SIZE + offset);

function* offsetsIn(places: Places): Generator<number> {
  for (const [at, bits] of places.entries()) {
    for (let word = bits; word !== 0; word &= word - 1)
      yield at * 32 + 31 - Math.clz32(word & -word);
  }
}

/** Places that are in both. */
export const inBoth = (some: Places, others: Places): Places =>
  some.map((word, at) => word & (others[at] ?? 0));

/** Places that are in either. */
export const inEither = (some: Places, others: Places): Places =>
  some.map((word, at) => word | (others[at] ?? 0));

const SPARSE = 0;
const DENSE = 1;

/**
 * Places as they are stored: the gaps between them as varints (7 bits a byte, the low ones first), or
 * all bits, little-endian, where that is shorter. Empty when there are none.
 */
export function encodePlaces(places: Places): Uint8Array {
  const gaps: number[] = [SPARSE];
  let next = 0;
  for (const offset of offsetsIn(places)) {
    let gap = offset - next;
    for (; gap > 127; gap >>>= 7) gaps.push((gap & 127) | 128);
    gaps.push(gap);
    next = offset + 1;
    if (gaps.length > places.byteLength) return allBits(places);
  }
  return Uint8Array.from(gaps.length === 1 ? [] : gaps);
}

function allBits(places: Places): Uint8Array {
  const bytes = Buffer.alloc(1 + places.byteLength, DENSE);
  for (const [at, word] of places.entries()) bytes.writeUInt32LE(word, 1 + at * 4);
  return bytes;
}

/** Stored places, as they were before `encodePlaces`. */
export function decodePlaces(stored: Uint8Array): Places {
  const places = noPlaces();
  if (stored[0] === DENSE) {
    const bits = new DataView(stored.buffer, stored.byteOffset + 1);
    for (const at of places.keys()) places[at] = bits.getUint32(at * 4, true);
    return places;
  }
  let next = 0;
  for (let at = 1, gap = 0, shift = 0; at < stored.length; at += 1) {
    const byte = stored[at] ?? 0;
    gap |= (byte & 127) << shift;
    shift += 7;
    if (byte < 128) {
      setPlace(places, next + gap, true);
      next += gap + 1;
      [gap, shift] = [0, 0];
    }
  }
  return places;
}
