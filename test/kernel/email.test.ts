import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { emailProblem, normalizeEmail } from '../../src/kernel/email.ts';

test.each([
  [' Ada@Example.COM\n', 'ada@example.com'],
  ['ADA+Audit@EXAMPLE.com', 'ada+audit@example.com'],
  ['e\u0301va@example.com', '\u00e9va@example.com'],
  ['E\u0301VA@example.com', '\u00e9va@example.com'],
  ['J\u030c@example.com', '\u01f0@example.com'],
  ['ΣΊΣΥΦΟΣ@example.gr', 'σίσυφος@example.gr'],
])('%j is kept as %j', (given, kept) => {
  expect(normalizeEmail(given)).toBe(kept);
});

test('normalising twice changes nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(normalizeEmail(normalizeEmail(text))).toBe(normalizeEmail(text));
    }),
    { numRuns: 2_000 },
  );
});

test('canonically equivalent spellings are one address', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(normalizeEmail(text.normalize('NFD'))).toBe(normalizeEmail(text.normalize('NFC')));
    }),
  );
});

describe('an address', () => {
  test.each([
    'ada@example.com',
    'Ada.Lovelace+audit@mail.example.co.uk',
    "o'brien@example.ie",
    '12345+octocat@users.noreply.github.com',
    'service-123456789012@gcp-sa-pubsub.iam.gserviceaccount.com',
    '123456789012-compute@developer.gserviceaccount.com',
    'my_app@my-project.example.com.iam.gserviceaccount.com',
    '#ext#_user=example.com@tenant.onmicrosoft.com',
    'root@localhost',
    '_@x.io',
    'a..b.@example.jp',
    'пример@пример.рф',
    '用户@例子.广告',
    'user@xn--e1afmkfd.xn--p1ai',
    `${'a'.repeat(242)}@example.com`,
  ])('may be %j', (email) => {
    expect(emailProblem(email)).toBeNull();
  });

  test.each([
    '',
    ' ',
    'ada',
    '@example.com',
    'ada@',
    'ada@@example.com',
    'ada@b@example.com',
    'ada lovelace@example.com',
    'ada@exam ple.com',
    'ada@example..com',
    'ada@.example.com',
    'ada@example.com.',
    'ada@-example.com',
    'ada@example-.com',
    `ada@${'a'.repeat(64)}.com`,
    'Ada <ada@example.com>',
    'ada@example.com,bob@example.com',
    'mailto:ada@example.com',
    '"ada"@example.com',
    'ada@[127.0.0.1]',
    'ada@example.com\u0000',
    'a\u0000da@example.com',
    'a\u202eda@example.com',
    'a\u200bda@example.com',
    '\ud800@example.com',
    'a\r\nBcc: x@example.com',
    `${'a'.repeat(243)}@example.com`,
  ])('may not be %j', (email) => {
    expect(emailProblem(email)).not.toBeNull();
  });

  test('of the usual form is always taken', () => {
    fc.assert(
      fc.property(fc.emailAddress(), (email) => {
        expect(emailProblem(email)).toBeNull();
      }),
    );
  });

  test('is judged in its normal form, and judging never throws nor takes long', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('a.'.repeat(500_000), `@${'-'.repeat(500_000)}`, `a@${'.'.repeat(500_000)}`),
    );
    fc.assert(
      fc.property(hostile, (text) => {
        expect(emailProblem(text)).toBe(emailProblem(normalizeEmail(text)));
      }),
    );
  });
});
