import { DAY_MS, MINUTE_MS, SECOND_MS } from './clock.ts';

/** An instant read from text. */
export interface Instant {
  /** Milliseconds since the epoch, rounded down. */
  readonly ms: number;
  /** The text said more than milliseconds can hold, so that `ms` alone loses something. */
  readonly finerThanMillisecond: boolean;
}

const RFC_3339 =
  /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,32}))?([Zz]|[+-]\d{2}:\d{2})$/;

const FORM = 'Must be a date and time with offset (RFC 3339), such as 2025-01-31T09:30:00.000Z.';

/**
 * The instant that an RFC 3339 text names, or what is wrong with the text.
 * Stricter than Date: a real calendar day, an explicit offset, no hour 24, no leap second (it has no
 * place in the milliseconds of the epoch). `-00:00` counts as UTC (section 4.3).
 */
export function parseInstant(text: string): Instant | { readonly problem: string } {
  const match = RFC_3339.exec(text);
  if (match === null) return { problem: FORM };
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map(Number);
  const fraction = match[7] ?? '';
  const offset = offsetMinutes(match[8] ?? '');
  const problem = dayProblem(year, month, day) ?? timeProblem(hour, minute, second);
  if (problem !== null) return { problem };
  if (offset === null) return { problem: 'The offset must be from -23:59 to +23:59.' };
  const milliseconds = Number(fraction.slice(0, 3).padEnd(3, '0'));
  const ms = epochMs(year, month, day) + ((hour * 60 + minute - offset) * 60 + second) * 1_000;
  if (ms < FIRST_MS || ms + milliseconds > LAST_MS) {
    return { problem: 'Must lie in the years 0000 to 9999 of UTC.' };
  }
  return { ms: ms + milliseconds, finerThanMillisecond: /[1-9]/.test(fraction.slice(3)) };
}

/**
 * RFC 3339 in UTC with exactly three fraction digits, such as `2025-01-31T09:30:00.000Z`.
 *
 * @throws RangeError outside the years 0000 to 9999, which RFC 3339 cannot write.
 */
export function formatInstant(ms: number | bigint): string {
  const value = Number(ms);
  if (!isWritable(value)) {
    throw new RangeError(`No RFC 3339 time for ${ms} ms since the epoch.`);
  }
  const day = Math.floor(value / DAY_MS);
  const inDay = value - day * DAY_MS;
  const minute = MINUTES[Math.floor(inDay / MINUTE_MS)];
  const seconds = TWO_DIGITS[Math.floor(inDay / SECOND_MS) % 60];
  return `${dayText(day)}${minute}${seconds}${FRACTIONS[inDay % SECOND_MS]}`;
}

/** Days that were written, such as `2025-01-31T`: Date writes slowly, and logs have few days. */
const days = new Map<number, string>();
const MOST_DAYS = 10_000;

function dayText(day: number): string {
  const known = days.get(day);
  if (known !== undefined) return known;
  const text = new Date(day * DAY_MS).toISOString().slice(0, 11);
  if (days.size === MOST_DAYS) days.clear();
  days.set(day, text);
  return text;
}

const TWO_DIGITS = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'));

/** The minutes of a day, such as `09:30:`. */
const MINUTES = TWO_DIGITS.slice(0, 24).flatMap((hour) =>
  TWO_DIGITS.map((minute) => `${hour}:${minute}:`),
);

/** The ends of instants, such as `.123Z`. */
const FRACTIONS = Array.from(
  { length: SECOND_MS },
  (_, number) => `.${String(number).padStart(3, '0')}Z`,
);

/** Whether RFC 3339 can write the instant: it lies in the years 0000 to 9999 of UTC. */
export const isWritable = (ms: number): boolean =>
  Number.isInteger(ms) && ms >= FIRST_MS && ms <= LAST_MS;

const FIRST_MS = Date.parse('0000-01-01T00:00:00.000Z');
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z');

/** Midnight UTC of a day; Date.UTC would put the years 0 to 99 into the twentieth century. */
const epochMs = (year: number, month: number, day: number): number =>
  new Date(0).setUTCFullYear(year, month - 1, day);

function dayProblem(year: number, month: number, day: number): string | null {
  if (month < 1 || month > 12) return 'The month must be from 01 to 12.';
  const days = new Date(epochMs(year, month + 1, 0)).getUTCDate();
  return day < 1 || day > days ? `The day must be from 01 to ${days} in that month.` : null;
}

function timeProblem(hour: number, minute: number, second: number): string | null {
  if (hour > 23) return 'The hour must be from 00 to 23.';
  if (minute > 59) return 'The minute must be from 00 to 59.';
  if (second === 60) return 'A leap second (:60) cannot be stored: send :59 or the next minute.';
  return second > 59 ? 'The second must be from 00 to 59.' : null;
}

function offsetMinutes(text: string): number | null {
  if (text === 'Z' || text === 'z') return 0;
  const hours = Number(text.slice(1, 3));
  const minutes = Number(text.slice(4));
  if (hours > 23 || minutes > 59) return null;
  return (text.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}
