import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  graphemeCount,
  isStorableText,
  nameProblem,
  singleLineProblem,
  storableTextProblem,
  trimmedName,
} from '../../src/kernel/text.ts';

const naughty: string[] = JSON.parse(
  readFileSync(new URL('../fixtures/naughty-strings.json', import.meta.url), 'utf8'),
);
const FAMILY = '👨‍👩‍👧‍👦';

test.each([
  ['', 0],
  ['abc', 3],
  ['\r\n', 1],
  ['é', 1],
  ['e\u0301', 1],
  [FAMILY, 1],
  ['🇩🇪🇫🇷', 2],
  ['नमस्ते', 3],
  ['Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A', 2],
])('%j has %i characters', (text, count) => {
  expect(graphemeCount(text)).toBe(count);
});

test('the short cut for ASCII counts what the segmenter counts', () => {
  const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
  fc.assert(
    fc.property(fc.string({ unit: 'binary-ascii' }), (text) => {
      expect(graphemeCount(text)).toBe([...segmenter.segment(text)].length);
    }),
  );
});

describe('text is storable unless it has a lone surrogate or U+0000', () => {
  test.each<[string, boolean]>([
    ['', true],
    ['\u0001\n\u2028\u202e\ufffe', true],
    ['\ud83d\ude00', true],
    ['a\0b', false],
    ['\ud83d', false],
    ['\ude00\ud83d', false],
  ])('%j: %s', (text, expected) => {
    expect(isStorableText(text)).toBe(expected);
    expect(storableTextProblem(text) === null).toBe(expected);
  });

  test('storable text survives UTF-8', () => {
    const anyText = fc
      .array(fc.integer({ min: 0, max: 0xffff }))
      .map((units) => String.fromCharCode(...units));
    fc.assert(
      fc.property(anyText, (text) => {
        const survives = Buffer.from(text, 'utf8').toString('utf8') === text;
        expect(isStorableText(text)).toBe(survives && !text.includes('\0'));
      }),
    );
  });
});

describe('a text in one line', () => {
  test.each(['', 'Ada', 'שלום\u200f', 'می\u200cخواهم', FAMILY, '\ufeff', 'a\u00a0b'])(
    'may be %j',
    (text) => {
      expect(singleLineProblem(text)).toBeNull();
    },
  );

  test.each(['a\nb', '\t', '\x7f', '\x85', '\u2028', '\u2029', 'a\0', '\ud800'])(
    'may not hold %j',
    (text) => {
      expect(singleLineProblem(text)).not.toBeNull();
    },
  );

  test.each([
    '\u202a',
    '\u202b',
    '\u202c',
    '\u202d',
    '\u202e',
    '\u2066',
    '\u2067',
    '\u2068',
    '\u2069',
  ])('may not reverse the text around it with %j', (text) => {
    expect(singleLineProblem(`a${text}b`)).toMatch(/direction/);
  });
});

describe('a name', () => {
  test.each([
    'A',
    ' Ada ',
    '\tAda\n',
    'x'.repeat(100),
    'é'.repeat(100),
    'e\u0301'.repeat(100),
    FAMILY.repeat(100),
    '北京',
    'مؤسسة',
    '🚀',
    '!',
    "Robert'); DROP TABLE students;--",
    '<script>alert(1)</script>',
    'null',
  ])('may be %j', (name) => {
    expect(nameProblem(name)).toBeNull();
  });

  test.each([
    ['empty', '', /empty/],
    ['blank', ' \t\n\u00a0\u3000\ufeff', /empty/],
    ['of 101 characters', 'x'.repeat(101), /100 characters/],
    ['of 101 accented characters', 'e\u0301'.repeat(101), /100 characters/],
    ['of 101 emoji', FAMILY.repeat(101), /100 characters/],
    ['one heap of accents', `a${'\u0301'.repeat(100_000)}`, /100 characters/],
    ['with a line feed', 'a\nb', /line breaks/],
    ['with an escape', 'a\u001b[31mb', /control/],
    ['with NUL', 'a\0b', /U\+0000/],
    ['with half an emoji', '\ud83d', /surrogate/],
    ['reversed', 'a\u202eb', /direction/],
    ['invisible (zero width)', '\u200b\u200d\u2060', /visible/],
    ['invisible (filler letters)', '\u3164\u115f\uffa0', /visible/],
    ['invisible (Braille blank)', '\u2800', /visible/],
    ['only an accent', '\u0301', /visible/],
  ])('may not be %s', (_, name, message) => {
    expect(nameProblem(name)).toMatch(message);
  });

  test('is judged without the white space around it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        expect(nameProblem(` \n${name}\t`)).toBe(nameProblem(name));
        if (nameProblem(name) === null) expect(nameProblem(trimmedName(name))).toBeNull();
      }),
    );
  });

  test('that is accepted has from 1 to 100 characters, whatever was given', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (given) => {
        if (nameProblem(given) !== null) return;
        const count = graphemeCount(trimmedName(given));
        expect(count >= 1 && count <= 100).toBe(true);
      }),
    );
  });
});

test('every naughty string is well-formed and judged; those refused as names have a reason', () => {
  expect(naughty.length).toBeGreaterThan(500);
  for (const text of naughty) {
    expect(storableTextProblem(text)).toBeNull();
    const problem = nameProblem(text);
    const reasons =
      trimmedName(text) === '' ||
      graphemeCount(trimmedName(text)) > 100 ||
      /[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u.test(trimmedName(text)) ||
      /^[\p{M}\p{Cf}\p{Zs}\u115f\u1160\u3164\uffa0\u2800\ufffe]+$/u.test(trimmedName(text));
    expect([text, problem !== null]).toEqual([text, reasons]);
  }
});
