import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sources } from './support/sources.ts';

/** `code = 'X'` of an error class, `code: 'X'` of an answer, `code === 'X'` of an error passed on. */
const CODE = /\bcode\b\s*(?:===|[:=])\s*'([A-Z][A-Z_]+)'/g;

/** Codes of others that the server looks at and never gives to a client: Yoga's and Node's. */
const NOT_GIVEN = new Set(['BAD_REQUEST', 'EADDRINUSE', 'ENOENT']);

const matchesOf = (pattern: RegExp, text: string): string[] =>
  Array.from(text.matchAll(pattern), ([, code]) => code ?? '');

const sorted = (codes: Iterable<string>): string[] => [...new Set(codes)].sort();

/** The first column of the README's table. */
function documentedCodes(): string[] {
  const [, section = ''] = readFileSync('README.md', 'utf8').split(/^## Error codes$/m);
  return matchesOf(/^\| *`([A-Z_]+)` *\|/gm, section.split(/^## /m)[0] ?? '');
}

test('the README’s table of error codes is the set of codes that the code has, each once', () => {
  const found = sources().flatMap(({ text }) => matchesOf(CODE, text));
  const codes = sorted(found.filter((code) => !NOT_GIVEN.has(code)));
  expect(codes).toEqual(expect.arrayContaining(['BAD_USER_INPUT', 'GRAPHQL_PARSE_FAILED']));
  const documented = documentedCodes();
  expect([...documented].sort()).toEqual(codes);
});

test('every error class of the product states its code', () => {
  const classes = sources().flatMap(({ file, text }) =>
    text
      .split(/^(?=(?:export )?class )/m)
      .filter((part) => /^(?:export )?class \w+ extends (?:DomainError|Error)\b/.test(part))
      .map((part) => ({ file, name: /class (\w+)/.exec(part)?.[1], part })),
  );
  const refusals = classes.filter(({ part }) => /extends DomainError/.test(part));
  expect(refusals.length).toBeGreaterThan(8);
  expect(refusals.filter(({ part }) => !/readonly code = '[A-Z_]+'/.test(part))).toEqual([]);
});
