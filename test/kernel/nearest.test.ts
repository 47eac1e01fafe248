import fc from 'fast-check';
import { expect, test } from 'vitest';
import { editDistance, nearest } from '../../src/kernel/nearest.ts';

const SCOPES = ['PLATFORM', 'SCHEDULING', 'COST', 'PROVISIONING', 'DEPLOYMENT'];

test.each([
  ['PLATFROM', 'PLATFORM'],
  ['platform', 'PLATFORM'],
  ['shedule', undefined],
  ['SHEDULING', 'SCHEDULING'],
  ['COSTS', 'COST'],
  ['DEPLOYMENTS', 'DEPLOYMENT'],
  ['banana', undefined],
  ['', undefined],
  ['X'.repeat(1_000_000), undefined],
])('%.20j probably meant %s', (word, meant) => {
  expect(nearest(word, SCOPES)).toBe(meant);
});

test('a giant word costs nothing, even beside giant candidates', () => {
  expect(nearest('a'.repeat(100_000), ['a'.repeat(100_001)])).toBeUndefined();
});

test('the first of equally near candidates is taken, and a nearer later one preferred', () => {
  expect(nearest('bat', ['cat', 'hat'])).toBe('cat');
  expect(nearest('DATABSE_URL', ['DATABASE_URI', 'DATABASE_URL'])).toBe('DATABASE_URL');
});

test.each([
  ['', '', 0],
  ['', 'abc', 3],
  ['kitten', 'sitting', 3],
  ['flaw', 'lawn', 2],
  ['saturday', 'sunday', 3],
])('%j and %j are %i edits apart', (a, b, distance) => {
  expect(editDistance(a, b)).toBe(distance);
});

test('the distance is a metric, and one edit moves by one at most', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 12 });
  fc.assert(
    fc.property(word, word, word, fc.nat(12), (a, b, c, at) => {
      expect(editDistance(a, b)).toBe(editDistance(b, a));
      expect(editDistance(a, b) === 0).toBe(a === b);
      expect(editDistance(a, c)).toBeLessThanOrEqual(editDistance(a, b) + editDistance(b, c));
      expect(editDistance(a, `${a.slice(0, at)}x${a.slice(at)}`)).toBe(1);
    }),
  );
});

test('a word is nearest to itself', () => {
  const words = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 20 }), {
    minLength: 1,
    selector: (word) => word.toLowerCase(),
  });
  fc.assert(
    fc.property(words, fc.nat(), (candidates, pick) => {
      const word = candidates[pick % candidates.length] ?? '';
      expect(nearest(word, candidates)).toBe(word);
    }),
  );
});
