import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isReservedSlug, slugFrom, slugProblem } from '../../src/kernel/slug.ts';

describe('a slug', () => {
  test.each(['ab', 'acme', 'acme-2', '7-eleven', 'a-b-c-d', '42', 'x'.repeat(63)])(
    'may be %s',
    (slug) => {
      expect(slugProblem(slug)).toBeNull();
    },
  );

  test.each([
    ['', /2 to 63/],
    ['a', /2 to 63/],
    ['x'.repeat(64), /2 to 63/],
    ['Acme', /a-z/],
    ['-acme', /hyphen/],
    ['acme-', /hyphen/],
    ['ac--me', /hyphen/],
    ['xn--abc', /hyphen/],
    ['ac me', /a-z/],
    ['ac_me', /a-z/],
    ['ac.me', /a-z/],
    ['acmé', /a-z/],
    ['acme\n', /a-z/],
    ['../..', /a-z/],
    ['org_01h455vb4pex5vsknk084sn02q', /a-z/],
    ['new', /reserved/],
    ['api', /reserved/],
    ['graphql', /reserved/],
    ['admin', /reserved/],
  ])('may not be %j', (slug, message) => {
    expect(slugProblem(slug)).toMatch(message);
  });
});

test.each([
  ['Acme, Inc.', 'acme-inc'],
  ["Ada's Lab", 'adas-lab'],
  ['Ada’s Lab', 'adas-lab'],
  ['  Crème Brûlée  ', 'creme-brulee'],
  ['Straße & Łódź', 'strasse-lodz'],
  ['SMØRREBRØD Þór', 'smorrebrod-thor'],
  ['İstanbul Işık', 'istanbul-isik'],
  ['ﬁne Ⅻ ①', 'fine-xii-1'],
  ['Acme 北京', 'acme'],
  ['北京', 'my-organization'],
  ['🚀', 'my-organization'],
  ['', 'my-organization'],
  ['New', 'new-organization'],
  ['X', 'x-organization'],
  ['--- a --- b ---', 'a-b'],
  [`${'word '.repeat(30)}`, 'word-word-word-word-word-word-word-word-word-wor'],
])('the name %j gives the slug %s', (name, slug) => {
  expect(slugFrom(name)).toBe(slug);
});

test('every name gives a good slug with room for a suffix', () => {
  const names = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme', maxLength: 200 }),
    fc.stringMatching(/^[a-zA-Z' -]{0,80}$/),
    fc.constantFrom('admin', ' API ', 'log out', 'x'.repeat(1_000_000)),
  );
  fc.assert(
    fc.property(names, (name) => {
      const slug = slugFrom(name);
      expect(slugProblem(slug)).toBeNull();
      expect(isReservedSlug(slug)).toBe(false);
      expect(slugProblem(`${slug}-${'9'.repeat(14)}`)).toBeNull();
      expect(slugFrom(slug)).toBe(slug);
    }),
    { numRuns: 1_000 },
  );
});
