import type { AuditLog } from '../../src/features/audit-log/audit-log.ts';
import type { Interval } from '../../src/kernel/calendar.ts';

interface Value {
  readonly value: string;
  readonly count: number;
}

function counted(values: readonly (string | null)[]): Value[] {
  const groups = Map.groupBy(
    values.filter((value) => value !== null),
    (value) => value,
  );
  return [...groups]
    .map(([value, all]) => ({ value, count: all.length }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
    .slice(0, 100);
}

/** What facets say of entries, by counting each. */
export const naivelyCounted = (entries: readonly AuditLog[]) => ({
  count: entries.length,
  byScope: counted(entries.map(({ scope }) => scope)),
  byAction: counted(entries.map(({ action }) => action)),
  byOutcome: counted(entries.map(({ outcome }) => outcome)),
  byActor: counted(entries.map(({ email }) => email)),
});

const HOUR_MS = 3_600_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** What clocks show in a time zone, as if it were UTC. */
function wallOf(ms: number, timeZone: string): number {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  formats.set(timeZone, format);
  const parts = Object.fromEntries(
    format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** The date, or for hours the date, hour and offset, that names a bucket. */
function nameOf(ms: number, interval: Interval, timeZone: string): string {
  const wall = wallOf(ms, timeZone);
  const date = new Date(wall);
  if (interval === 'HOUR')
    return `${Math.floor(wall / HOUR_MS)} ${wall - Math.floor(ms / 1_000) * 1_000}`;
  if (interval === 'MONTH') return date.toISOString().slice(0, 7);
  if (interval === 'WEEK') date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7));
  return date.toISOString().slice(0, 10);
}

/** The buckets that have entries: how many, where each begins by looking back minute by minute. */
export function naiveHistogram(entries: readonly AuditLog[], interval: Interval, timeZone: string) {
  const named = Map.groupBy(entries, ({ createdAt }) =>
    nameOf(createdAt.getTime(), interval, timeZone),
  );
  return [...named]
    .map(([name, own]) => ({
      from: new Date(startOf(own[0]?.createdAt.getTime() ?? 0, name, interval, timeZone)),
      count: own.length,
      byScope: counted(own.map(({ scope }) => scope)).sort((a, b) => (a.value < b.value ? -1 : 1)),
    }))
    .sort((a, b) => a.from.getTime() - b.from.getTime());
}

const MINUTE_MS = 60_000;

/** The first minute with the name, found by ever smaller steps back. */
function startOf(ms: number, name: string, interval: Interval, timeZone: string): number {
  let start = Math.floor(ms / MINUTE_MS) * MINUTE_MS;
  for (const step of [24 * HOUR_MS, HOUR_MS, 15 * MINUTE_MS, MINUTE_MS]) {
    if (interval === 'HOUR' && step >= HOUR_MS) continue;
    while (nameOf(start - step, interval, timeZone) === name) start -= step;
  }
  return start;
}
