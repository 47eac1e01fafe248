import { InvalidInputError } from '../../kernel/errors.ts';

/** One term of a query text: `-qualifier:a,b`, or free text (whose qualifier is null). */
export interface QueryTerm {
  readonly qualifier: string | null;
  readonly values: readonly string[];
  readonly isNegated: boolean;
  /** Where it begins, counted from 1 in characters of the text. */
  readonly position: number;
}

const LONGEST_QUERY = 2_000;
const MOST_TERMS = 50;

/** `-`, a qualifier with its colon, then values: quoted or plain, comma-separated. */
const TERM =
  /(-?)(?:([A-Za-z]+):|(?![A-Za-z]+:))((?:"(?:[^"\\]|\\.)*"|[^\s",]+)(?:,(?:"(?:[^"\\]|\\.)*"|[^\s",]+))*)(?=\s|$)/uy;
const VALUE = /"(?:[^"\\]|\\.)*"|[^",]+/gu;

/**
 * The terms of a query text, in order: separated by white space, values by commas; quotation marks
 * hold white space and commas together, a backslash inside them takes the next sign as it is.
 * @throws InvalidInputError too long, too many terms, or a place that is no term
 */
export function queryTerms(text: string): QueryTerm[] {
  if (text.length > LONGEST_QUERY) {
    throw refusal(`A query has at most ${LONGEST_QUERY} characters; this one has ${text.length}.`);
  }
  const terms: QueryTerm[] = [];
  for (let at = afterSpace(text, 0); at < text.length; at = afterSpace(text, TERM.lastIndex)) {
    TERM.lastIndex = at;
    const match = TERM.exec(text);
    if (match === null) throw refusalAt(at + 1, unreadable(text.slice(at)));
    const [, minus = '', qualifier, values = ''] = match;
    terms.push({
      qualifier: qualifier ?? null,
      values: (values.match(VALUE) ?? []).map(unquoted),
      isNegated: minus === '-',
      position: at + 1,
    });
    if (terms.length > MOST_TERMS) throw refusal(`A query has at most ${MOST_TERMS} terms.`);
  }
  return terms;
}

/** A refusal that names the place in the text. */
export const refusalAt = (position: number, message: string): InvalidInputError =>
  refusal(`At character ${position}: ${message}`);

const refusal = (message: string): InvalidInputError =>
  new InvalidInputError([{ path: ['query'], message }]);

function afterSpace(text: string, from: number): number {
  let at = from;
  while (/\s/u.test(text.charAt(at))) at += 1;
  return at;
}

const unreadable = (rest: string): string =>
  rest.startsWith('"') || /^-?[A-Za-z]*:?"/u.test(rest)
    ? 'a quotation mark is not closed, or something stands right behind the closing one.'
    : `${JSON.stringify(rest.slice(0, 30))} is no term: write qualifier:value, text, or "several words".`;

const unquoted = (value: string): string =>
  value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/gu, '$1') : value;
