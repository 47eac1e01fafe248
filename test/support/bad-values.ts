import { nested } from './bad-input.ts';
import type { Data } from './client.ts';

/** One character of people, seven code points. */
export const FAMILY = '\u{1F468}\u200d\u{1F469}\u200d\u{1F467}\u200d\u{1F466}';
/** What is said of nothing, of too much, and of what is no id. */
export const EMPTY = /must not be empty/i;
export const LONG = /at most 100 characters/;
export const ID = /Not an? .*id: it looks like \w{3}_/;

/** Wrong names, and what is said of each. */
export const NAMES: readonly (readonly [string, string, RegExp])[] = [
  ['empty', '', EMPTY],
  ['blank', ' \t\n\u00a0\u3000', EMPTY],
  ['of 101 letters', 'x'.repeat(101), LONG],
  ['of 101 families', FAMILY.repeat(101), LONG],
  ['of one letter with a heap of accents', `x${'\u0301'.repeat(5_000)}`, LONG],
  ['with a line feed', 'a\nb', /control characters or line breaks/],
  ['with a bell', 'a\u0007b', /control characters/],
  ['with a C1 control', 'a\u0085b', /control characters/],
  ['with a line separator', 'a\u2028b', /line breaks/],
  ['with a NUL', 'a\u0000b', /U\+0000/],
  ['with a right-to-left override', 'a\u202eb', /direction/],
  ['with half a character', 'a\ud800b', /lone surrogate/],
  ['of nothing visible', '\u200b\u200b', /visible/],
];

/** Wrong slugs. */
export const SLUGS: readonly (readonly [string, string])[] = [
  ['empty', ''],
  ['of one letter', 'a'],
  ['of 64 letters', 'a'.repeat(64)],
  ['in capitals', 'ACME'],
  ['with a space', 'a b'],
  ['with a hyphen first', '-ab'],
  ['with a hyphen last', 'ab-'],
  ['with two hyphens', 'a--b'],
  ['with another script', 'ärger'],
  ['with an underscore', 'a_b'],
  ['with a NUL', 'a\u0000b'],
  ['with a line feed at its end', 'ab\n'],
  ['reserved', 'graphql'],
];

/** Wrong metadata: where the fault lies, and what is said of it. */
export const METADATA: readonly (readonly [string, Data, string, RegExp])[] = [
  ['a list', [1], 'metadata', /object/],
  ['a string', 'x', 'metadata', /object/],
  ['a number', 5, 'metadata', /object/],
  ['17 deep', nested(17), `metadata${'.a'.repeat(16)}`, /more than 16 deep/],
  ['with a NUL', { k: ['\u0000'] }, 'metadata.k.0', /U\+0000/],
  ['with a NUL in a key', { 'a\u0000': 1 }, 'metadata', /key must not contain .*U\+0000/],
  ['with half a character', { k: '\udc00' }, 'metadata.k', /lone surrogate/],
];
