import { expect, test } from 'vitest';
import { type Interval, spanStarts } from '../../src/kernel/calendar.ts';

const startsOf = (interval: Interval, zone: string, first: string, last: string): string[] =>
  (spanStarts(interval, zone, [Date.parse(first), Date.parse(last)], 1_000) ?? []).map((ms) =>
    new Date(ms).toISOString().replace(/:00\.000Z$/, 'Z'),
  );

test.each<[string, Interval, string, string, string, string[]]>([
  [
    'a day has 23 hours where clocks go forward',
    ...(['DAY', 'Europe/Berlin', '2025-03-29T12:00Z', '2025-03-31T12:00Z'] as const),
    ['2025-03-28T23:00Z', '2025-03-29T23:00Z', '2025-03-30T22:00Z'],
  ],
  [
    'a day has 25 hours where they go back',
    ...(['DAY', 'America/New_York', '2025-11-01T12:00Z', '2025-11-03T12:00Z'] as const),
    ['2025-11-01T04:00Z', '2025-11-02T04:00Z', '2025-11-03T05:00Z'],
  ],
  [
    'a day begins with its first instant where midnight is left out',
    ...(['DAY', 'America/Sao_Paulo', '2018-11-03T12:00Z', '2018-11-04T12:00Z'] as const),
    ['2018-11-03T03:00Z', '2018-11-04T03:00Z'],
  ],
  [
    'a day begins with its first instant where clocks jump over midnight from before it',
    ...(['DAY', 'America/Toronto', '1919-03-30T12:00Z', '1919-03-31T12:00Z'] as const),
    ['1919-03-30T05:00Z', '1919-03-31T04:30Z'],
  ],
  [
    'a day begins with its first midnight where there are two',
    ...(['DAY', 'America/St_Johns', '2010-11-06T12:00Z', '2010-11-07T12:00Z'] as const),
    ['2010-11-06T02:30Z', '2010-11-07T02:30Z'],
  ],
  [
    'a date that a zone left out has no bucket',
    ...(['DAY', 'Pacific/Apia', '2011-12-29T12:00Z', '2011-12-31T00:00Z'] as const),
    ['2011-12-29T10:00Z', '2011-12-30T10:00Z'],
  ],
  [
    'an hour begins on the full local hour',
    ...(['HOUR', 'Asia/Kolkata', '2025-01-01T00:00Z', '2025-01-01T00:45Z'] as const),
    ['2024-12-31T23:30Z', '2025-01-01T00:30Z'],
  ],
  [
    'hours follow clocks that change by half an hour',
    ...(['HOUR', 'Australia/Lord_Howe', '2025-04-05T13:30Z', '2025-04-05T16:00Z'] as const),
    ['2025-04-05T13:00Z', '2025-04-05T14:00Z', '2025-04-05T15:00Z', '2025-04-05T15:30Z'],
  ],
  [
    'a week begins on Monday',
    ...(['WEEK', 'Asia/Kathmandu', '2025-01-01T00:00Z', '2025-01-06T00:00Z'] as const),
    ['2024-12-29T18:15Z', '2025-01-05T18:15Z'],
  ],
  [
    'a month is one of the calendar, before the epoch too',
    ...(['MONTH', 'UTC', '1968-01-31T00:00Z', '1968-03-01T00:00Z'] as const),
    ['1968-01-01T00:00Z', '1968-02-01T00:00Z', '1968-03-01T00:00Z'],
  ],
])('%s', (_sentence, interval, zone, first, last, expected) => {
  expect(startsOf(interval, zone, first, last)).toEqual(expected);
});

test('more spans than are wanted are not made', () => {
  const year = [0, 365 * 86_400_000] as const;
  expect(spanStarts('HOUR', 'UTC', year, 1_000)).toBeNull();
  expect(spanStarts('DAY', 'UTC', year, 366)).toHaveLength(366);
  expect(spanStarts('DAY', 'UTC', year, 365)).toBeNull();
});
