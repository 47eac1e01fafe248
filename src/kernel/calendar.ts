import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from './clock.ts';

/** The spans of local time that a calendar divides time into. Weeks begin on Monday. */
export const INTERVALS = ['HOUR', 'DAY', 'WEEK', 'MONTH'] as const;
export type Interval = (typeof INTERVALS)[number];

/** How far local time is ahead of UTC at an instant, in milliseconds. */
type OffsetAt = (ms: number) => number;

/**
 * Where the spans begin that lie between two instants, in a time zone whose name is known: the first
 * holds `firstMs`, the last `lastMs`. A day begins with its first instant there, so that one has 23
 * or 25 hours where clocks change. Null when there are more than `most`.
 */
export function spanStarts(
  interval: Interval,
  timeZone: string,
  [firstMs, lastMs]: readonly [firstMs: number, lastMs: number],
  most: number,
): number[] | null {
  const offsetAt = offsetsOf(timeZone);
  const starts: number[] = [];
  for (const start of interval === 'HOUR'
    ? hours(offsetAt, firstMs)
    : dates(interval, offsetAt, firstMs)) {
    if (start > lastMs) break;
    // An hour before midnight that comes twice lies behind the first midnight.
    if (start <= firstMs) starts.pop();
    starts.push(start);
    if (starts.length > most) return null;
  }
  return starts;
}

/** Local hours; one in which clocks change ends where the next one begins. */
function* hours(offsetAt: OffsetAt, firstMs: number): Generator<number> {
  const into = (ms: number) => modulo(ms + offsetAt(ms), HOUR_MS);
  for (let start = firstMs - into(firstMs); ; start += HOUR_MS - into(start)) yield start;
}

function* dates(
  interval: 'DAY' | 'WEEK' | 'MONTH',
  offsetAt: OffsetAt,
  firstMs: number,
): Generator<number> {
  let wall = floorOf(interval, firstMs + offsetAt(firstMs));
  for (let before = Number.NEGATIVE_INFINITY; ; wall = nextOf(interval, wall)) {
    const start = firstInstant(wall, offsetAt);
    // A date that a zone left out has no instant of its own.
    if (start > before) yield start;
    before = start;
  }
}

function floorOf(interval: 'DAY' | 'WEEK' | 'MONTH', wall: number): number {
  const day = Math.floor(wall / DAY_MS);
  if (interval === 'DAY') return day * DAY_MS;
  // The epoch was a Thursday.
  if (interval === 'WEEK') return (day - modulo(day + 3, 7)) * DAY_MS;
  return (day + 1 - new Date(wall).getUTCDate()) * DAY_MS;
}

function nextOf(interval: 'DAY' | 'WEEK' | 'MONTH', wall: number): number {
  if (interval !== 'MONTH') return wall + (interval === 'DAY' ? 1 : 7) * DAY_MS;
  const date = new Date(wall);
  return date.setUTCMonth(date.getUTCMonth() + 1);
}

/** The first instant at or after which clocks show a local time; clocks change at most once in two days. */
function firstInstant(wall: number, offsetAt: OffsetAt): number {
  const [before, after] = [offsetAt(wall - DAY_MS), offsetAt(wall + DAY_MS)];
  const shown = [wall - before, wall - after].filter((ms) => ms + offsetAt(ms) === wall);
  return shown.length > 0
    ? Math.min(...shown)
    : changeBetween(wall - DAY_MS, wall + DAY_MS, offsetAt);
}

/** The instant of the one change of clocks between two. */
function changeBetween(from: number, to: number, offsetAt: OffsetAt): number {
  let [low, high] = [from, to];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(middle) === offsetAt(from)) low = middle;
    else high = middle;
  }
  return high;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function offsetsOf(timeZone: string): OffsetAt {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' });
  formats.set(timeZone, format);
  return (ms) => {
    const name = format.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value ?? '';
    const [, sign, hour, minute, second = '0'] = /([+-])(\d+):(\d+)(?::(\d+))?$/.exec(name) ?? [];
    if (sign === undefined) return 0;
    const ahead = Number(hour) * HOUR_MS + Number(minute) * MINUTE_MS + Number(second) * SECOND_MS;
    return sign === '-' ? -ahead : ahead;
  };
}

const modulo = (value: number, by: number): number => ((value % by) + by) % by;
