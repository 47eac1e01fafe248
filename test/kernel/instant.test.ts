import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatInstant, parseInstant } from '../../src/kernel/instant.ts';

const FIRST = Date.parse('0000-01-01T00:00:00.000Z');
const LAST = Date.parse('9999-12-31T23:59:59.999Z');
const instants = fc.integer({ min: FIRST, max: LAST });

describe('an RFC 3339 time names an instant', () => {
  test.each<[string, string, boolean]>([
    ['2025-01-31T09:30:00Z', '2025-01-31T09:30:00.000Z', false],
    ['2025-01-31t09:30:00z', '2025-01-31T09:30:00.000Z', false],
    ['2025-01-31T09:30:00+02:00', '2025-01-31T07:30:00.000Z', false],
    ['2025-01-01T00:30:00+05:45', '2024-12-31T18:45:00.000Z', false],
    ['2025-01-31T23:30:00-23:59', '2025-02-01T23:29:00.000Z', false],
    ['2025-01-31T09:30:00-00:00', '2025-01-31T09:30:00.000Z', false],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z', false],
    ['2000-02-29T00:00:00Z', '2000-02-29T00:00:00.000Z', false],
    ['0050-06-01T00:00:00Z', '0050-06-01T00:00:00.000Z', false],
    ['0000-02-29T00:00:00Z', '0000-02-29T00:00:00.000Z', false],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z', false],
    ['2025-01-31T09:30:00.1Z', '2025-01-31T09:30:00.100Z', false],
    ['2025-01-31T09:30:00.123000000Z', '2025-01-31T09:30:00.123Z', false],
    ['2025-01-31T09:30:00.1239Z', '2025-01-31T09:30:00.123Z', true],
    ['2025-01-31T09:30:00.999999999Z', '2025-01-31T09:30:00.999Z', true],
    ['2025-01-31T09:30:00.000000000001Z', '2025-01-31T09:30:00.000Z', true],
    ['1969-12-31T23:59:59.9999Z', '1969-12-31T23:59:59.999Z', true],
  ])('%s is %s', (text, expected, finerThanMillisecond) => {
    expect(parseInstant(text)).toEqual({ ms: Date.parse(expected), finerThanMillisecond });
  });
});

describe('anything else is refused, with what is wrong', () => {
  test.each<[string, RegExp]>([
    ['', /RFC 3339/],
    ['2025-01-31', /RFC 3339/],
    ['2025-01-31T09:30Z', /RFC 3339/],
    ['2025-01-31T09:30:00', /RFC 3339/],
    ['2025-01-31 09:30:00Z', /RFC 3339/],
    ['2025-01-31T09:30:00.Z', /RFC 3339/],
    ['2025-01-31T09:30:00,5Z', /RFC 3339/],
    ['2025-01-31T09:30:00+0200', /RFC 3339/],
    ['2025-01-31T09:30:00+02', /RFC 3339/],
    ['2025-1-31T09:30:00Z', /RFC 3339/],
    ['+002025-01-31T09:30:00Z', /RFC 3339/],
    [' 2025-01-31T09:30:00Z', /RFC 3339/],
    ['2025-01-31T09:30:00Z\n', /RFC 3339/],
    ['٢٠٢٥-01-31T09:30:00Z', /RFC 3339/],
    ['Fri, 31 Jan 2025 09:30:00 GMT', /RFC 3339/],
    ['1738315800000', /RFC 3339/],
    [`2025-01-31T09:30:00.${'1'.repeat(100_000)}Z`, /RFC 3339/],
    ['2025-02-30T00:00:00Z', /01 to 28/],
    ['2023-02-29T00:00:00Z', /01 to 28/],
    ['1900-02-29T00:00:00Z', /01 to 28/],
    ['2025-04-31T00:00:00Z', /01 to 30/],
    ['2025-01-00T00:00:00Z', /01 to 31/],
    ['2025-00-01T00:00:00Z', /month/],
    ['2025-13-01T00:00:00Z', /month/],
    ['2025-01-01T24:00:00Z', /hour/],
    ['2025-01-01T00:60:00Z', /minute/],
    ['2016-12-31T23:59:60Z', /leap second/],
    ['2016-12-31T23:59:61Z', /second/],
    ['2025-01-01T00:00:00+24:00', /offset/],
    ['2025-01-01T00:00:00+00:60', /offset/],
    ['0000-01-01T00:00:00+00:01', /years/],
    ['9999-12-31T23:59:59.999-00:01', /years/],
  ])('%j', (text, message) => {
    const result = parseInstant(text);
    expect('problem' in result ? result.problem : result).toMatch(message);
  });
});

test('what is formatted is read back, at any offset', () => {
  const offsets = fc.integer({ min: -1439, max: 1439 });
  fc.assert(
    fc.property(instants, offsets, (ms, offset) => {
      expect(parseInstant(formatInstant(ms))).toEqual({ ms, finerThanMillisecond: false });
      const local = ms + offset * 60_000;
      if (local < FIRST || local > LAST) return;
      const size = Math.abs(offset);
      const zone = [Math.floor(size / 60), size % 60].map((n) => String(n).padStart(2, '0'));
      const text = formatInstant(local).replace('Z', `${offset < 0 ? '-' : '+'}${zone.join(':')}`);
      expect(parseInstant(text)).toEqual({ ms, finerThanMillisecond: false });
    }),
  );
});

test('an instant is written as Date writes it, whichever was written before', () => {
  const close = fc.tuple(instants, fc.integer({ min: -200_000_000, max: 200_000_000 }));
  fc.assert(
    fc.property(close, ([ms, apart]) => {
      for (const at of [ms, Math.min(LAST, Math.max(FIRST, ms + apart)), ms]) {
        expect(formatInstant(at)).toBe(new Date(at).toISOString());
      }
    }),
  );
});

test('text in time order is read in time order, however fine', () => {
  const fraction = fc.stringMatching(/^\d{9}$/);
  fc.assert(
    fc.property(instants, fraction, fraction, (ms, a, b) => {
      const second = formatInstant(ms).slice(0, 19);
      const [earlier, later] = [a, b].sort().map((digits) => parseInstant(`${second}.${digits}Z`));
      if (!earlier || !later || 'problem' in earlier || 'problem' in later) throw new Error(second);
      expect(earlier.ms).toBeLessThanOrEqual(later.ms);
      expect(later.finerThanMillisecond).toBe(!([a, b].sort()[1] ?? '').endsWith('000000'));
    }),
  );
});

test('no text makes it throw, and none that it takes is unknown to Date', () => {
  const rubbish = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[0-9TZ:.+-]{0,40}$/));
  fc.assert(
    fc.property(rubbish, (text) => {
      const result = parseInstant(text);
      if (!('problem' in result)) expect(result.ms).toBe(Date.parse(text));
    }),
  );
});

test('an instant has one text: UTC, three fraction digits', () => {
  expect(formatInstant(0)).toBe('1970-01-01T00:00:00.000Z');
  expect(formatInstant(-1n)).toBe('1969-12-31T23:59:59.999Z');
  expect(formatInstant(FIRST)).toBe('0000-01-01T00:00:00.000Z');
});

test.each([FIRST - 1, LAST + 1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2n ** 70n])(
  '%s ms has no text',
  (ms) => {
    expect(() => formatInstant(ms)).toThrow(RangeError);
  },
);
