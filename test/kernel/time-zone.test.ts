import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { timeZoneProblem } from '../../src/kernel/time-zone.ts';

describe('a time zone', () => {
  test.each([
    'UTC',
    'Europe/Berlin',
    'Asia/Calcutta',
    'Asia/Kolkata',
    'Europe/Kyiv',
    'US/Eastern',
    'EST5EDT',
    'Etc/GMT+5',
    'Etc/UTC',
    'America/Argentina/Buenos_Aires',
    'America/Port-au-Prince',
  ])('may be %s', (name) => {
    expect(timeZoneProblem(name)).toBeNull();
  });

  test('may be any that Intl lists', () => {
    const names = Intl.supportedValuesOf('timeZone');
    expect(names.length).toBeGreaterThan(300);
    expect(names.filter((name) => timeZoneProblem(name) !== null)).toEqual([]);
  });

  test.each(['', ' ', 'Mars/Olympus', '+01:00', '-05', '+0530', 'Z', 'UTC\n', '../UTC', 'UTC\0'])(
    'may not be %j',
    (name) => {
      expect(timeZoneProblem(name)).toMatch(/IANA/);
    },
  );

  test.each([
    ['europe/berlin', 'Europe/Berlin'],
    ['utc', 'UTC'],
    ['Europe/Berln', 'Europe/Berlin'],
    ['America/New York', 'America/New_York'],
  ])('written %s is refused, and %s offered', (name, meant) => {
    expect(timeZoneProblem(name)).toContain(`Did you mean ${meant}?`);
  });

  test('is one that Intl formats with, whatever is given', () => {
    const names = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.stringMatching(/^[A-Z+\-0-9/:]{1,8}$/),
    );
    fc.assert(
      fc.property(names, (timeZone) => {
        if (timeZoneProblem(timeZone) !== null) return;
        expect(() => new Intl.DateTimeFormat('en', { timeZone })).not.toThrow();
        expect(timeZone).toMatch(/^[A-Za-z]/);
      }),
      // Intl takes milliseconds to look for a zone.
      { numRuns: 25 },
    );
  });
});
