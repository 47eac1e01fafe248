import { createContext, runInContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { byteLength, canonicalJson, storableProblem } from '../../src/kernel/json-value.ts';

const nested = (depth: number): unknown => (depth === 0 ? 1 : { a: nested(depth - 1) });
const cycle: unknown[] = [];
cycle.push(cycle);

describe('what JSON can say faithfully is storable', () => {
  test.each([
    ['null', null],
    ['an empty object', {}],
    ['an object without prototype', Object.assign(Object.create(null), { a: [1] })],
    ['an object of another realm', runInContext('({a: [1, {}]})', createContext())],
    ['the largest integers', [Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]],
    ['fractions', [0.1, -1e-300, 5e-324]],
    ['the key __proto__', JSON.parse('{"__proto__":{"a":1}}')],
    ['the key toJSON', JSON.parse('{"toJSON":1,"constructor":2}')],
    ['control characters', ['\u0001\n\u2028']],
    ['16 levels', nested(16)],
  ])('%s', (_, value) => {
    expect(storableProblem(value)).toBeNull();
  });

  test('and comes back as it was from its canonical text', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary', maxDepth: 20 }), (given) => {
        const value: unknown = JSON.parse(JSON.stringify(given));
        const problem = storableProblem(value);
        if (problem === null) expect(JSON.parse(canonicalJson(value))).toStrictEqual(value);
        else expect(problem.message).toMatch(/2\^53|U\+0000|deep/);
      }),
    );
  });
});

describe('all else is refused, with its place', () => {
  test.each<[string, unknown, string[], RegExp]>([
    ['a lone surrogate', { a: ['x', '\ud800'] }, ['a', '1'], /lone surrogate/],
    ['a lone surrogate in a key', { a: { '\udfff': 1 } }, ['a'], /key.*lone surrogate/],
    ['U+0000', ['a\0'], ['0'], /U\+0000/],
    ['U+0000 in a key', { '\0': 1 }, [], /key.*U\+0000/],
    ['2^53', { n: 2 ** 53 }, ['n'], /2\^53/],
    ['-2^53', -(2 ** 53), [], /2\^53/],
    ['1e300', [1e300], ['0'], /2\^53/],
    ['NaN', { a: Number.NaN }, ['a'], /finite/],
    ['an infinity', [[Number.NEGATIVE_INFINITY]], ['0', '0'], /finite/],
    ['undefined', { a: undefined }, ['a'], /JSON/],
    ['a hole', Array(1), ['0'], /JSON/],
    ['a bigint', [1n], ['0'], /JSON/],
    ['a function', { f: () => 1 }, ['f'], /JSON/],
    ['a symbol', [Symbol('s')], ['0'], /JSON/],
    ['a date', { at: new Date(0) }, ['at'], /JSON/],
    ['a map', [new Map()], ['0'], /JSON/],
    ['bytes', [new Uint8Array(1)], ['0'], /JSON/],
    ['a boxed string', [Object('s')], ['0'], /JSON/],
    ['17 levels', nested(17), Array(16).fill('a'), /16 deep/],
    ['a cycle', cycle, Array(16).fill('0'), /16 deep/],
  ])('%s', (_, value, path, message) => {
    const problem = storableProblem(value);
    expect(problem?.path).toEqual(path);
    expect(problem?.message).toMatch(message);
  });
});

test('the depth allowed can be set', () => {
  expect(storableProblem([[]], { maxDepth: 1 })?.path).toEqual(['0']);
  expect(storableProblem(1, { maxDepth: 0 })).toBeNull();
});

test('a value of 100,000 levels is refused without exhausting the stack', () => {
  let deep: unknown = 1;
  for (let level = 0; level < 100_000; level++) deep = [deep];
  expect(storableProblem(deep)?.message).toMatch(/deep/);
});

test('no value makes it throw', () => {
  const anything = fc.anything({ withBigInt: true, withMap: true, withNullPrototype: true });
  fc.assert(
    fc.property(anything, (value) => {
      storableProblem(value);
    }),
  );
});

test.each([
  ['', 0],
  ['a', 1],
  ['é', 2],
  ['€', 3],
  ['😀', 4],
])('%j takes %i bytes', (text, bytes) => {
  expect(byteLength(text)).toBe(bytes);
});
