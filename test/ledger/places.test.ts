import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gramsFrom, gramsOf, runsOf } from '../../src/ledger/grams.ts';
import {
  decodePlaces,
  encodePlaces,
  inBoth,
  noPlaces,
  sequencesOf,
  setPlace,
  WINDOW_SIZE,
  windowOf,
} from '../../src/ledger/places.ts';

const WINDOW = 7;
const FIRST = WINDOW * WINDOW_SIZE;

const placesOf = (sequences: Iterable<number>) => {
  const places = noPlaces();
  for (const sequence of sequences) setPlace(places, sequence, true);
  return places;
};
const someSequences = fc.uniqueArray(fc.integer({ min: FIRST, max: FIRST + WINDOW_SIZE - 1 }), {
  maxLength: 300,
});
const descending = (numbers: Iterable<number>) => [...numbers].sort((a, b) => b - a);

test('places are read as they were stored, few or many', () => {
  const many = fc
    .tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 31 }))
    .map(([step, first]) =>
      Array.from(
        { length: Math.ceil((WINDOW_SIZE - first) / step) },
        (_, n) => FIRST + first + n * step,
      ),
    );
  fc.assert(
    fc.property(fc.oneof(someSequences, many), (sequences) => {
      const stored = encodePlaces(placesOf(sequences));
      expect(stored.length).toBeLessThanOrEqual(1 + WINDOW_SIZE / 8);
      expect(sequencesOf(decodePlaces(stored), WINDOW)).toEqual(descending(sequences));
    }),
  );
  expect(encodePlaces(noPlaces())).toHaveLength(0);
  expect(sequencesOf(decodePlaces(new Uint8Array(0)), WINDOW)).toEqual([]);
});

test('what is taken out is gone, and what is in both is in both', () => {
  fc.assert(
    fc.property(someSequences, someSequences, (some, others) => {
      const both = inBoth(placesOf(some), placesOf(others));
      const expected = some.filter((sequence) => others.includes(sequence));
      expect(sequencesOf(both, WINDOW)).toEqual(descending(expected));
      const places = placesOf(some);
      for (const sequence of others) setPlace(places, sequence, false);
      const left = some.filter((sequence) => !others.includes(sequence));
      expect(sequencesOf(places, WINDOW)).toEqual(descending(left));
    }),
  );
});

test('a sequence is in the window of its number, also beyond 32 bits', () => {
  expect([0, WINDOW_SIZE - 1, WINDOW_SIZE].map(windowOf)).toEqual([0, 0, 1]);
  const far = 2 ** 40 + 5;
  const places = noPlaces();
  setPlace(places, far, true);
  expect(sequencesOf(places, windowOf(far))).toEqual([far]);
});

test('a text has every gram of each text in it', () => {
  const text = fc.string({ unit: 'grapheme-composite', maxLength: 12 });
  fc.assert(
    fc.property(text, text, text, (before, middle, after) => {
      const whole = gramsOf(`${before}${middle}${after}`);
      for (const gram of runsOf(middle)) expect(whole).toContain(gram);
      for (const start of [middle.slice(0, 1), middle.slice(-2)].filter(Boolean)) {
        const { least, greatest } = gramsFrom(start);
        expect([...whole].some((gram) => gram >= least && gram <= greatest)).toBe(true);
      }
    }),
  );
  expect([...runsOf('ab'), ...runsOf('')]).toEqual([]);
  expect(runsOf('aaaaa').size).toBe(1);
  const { least, greatest } = gramsFrom('ab');
  expect([...gramsOf('ba ac bab'.slice(0, 7))].some((n) => n >= least && n <= greatest)).toBe(
    false,
  );
});
