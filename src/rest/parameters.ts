import { InvalidInputError } from '../kernel/errors.ts';
import { parseInstant } from '../kernel/instant.ts';
import { nearest } from '../kernel/nearest.ts';

/** The parameters of an address. @throws InvalidInputError one is unknown; names the nearest */
export function knownParameters(url: URL, known: readonly string[]): URLSearchParams {
  for (const name of url.searchParams.keys()) {
    if (known.includes(name)) continue;
    const meant = nearest(name, known);
    const message = meant ? `did you mean ${meant}?` : `choose from ${known.join(', ')}.`;
    throw refusal(name.slice(0, 60), `There is no such parameter: ${message}`);
  }
  return url.searchParams;
}

/** A parameter's one value; null when it is absent or empty. @throws InvalidInputError given twice */
export function single(search: URLSearchParams, name: string): string | null {
  const [value, ...others] = search.getAll(name);
  if (others.length > 0) throw refusal(name, 'Give it once.');
  return value ? value : null;
}

/** Every value of a parameter, which may be repeated; empty ones are none. */
export const repeated = (search: URLSearchParams, name: string): string[] =>
  search.getAll(name).filter((value) => value !== '');

/** The same, and each may hold several, separated by commas. */
export const commaSeparated = (search: URLSearchParams, name: string): string[] =>
  search
    .getAll(name)
    .flatMap((value) => value.split(','))
    .map((value) => value.trim())
    .filter((value) => value !== '');

/** Words of a list, in any case. @throws InvalidInputError an unknown one; names the nearest */
export const wordsFrom = <Word extends string>(
  search: URLSearchParams,
  name: string,
  words: readonly Word[],
): Word[] => commaSeparated(search, name).map((text) => wordOf(text, name, words));

function wordOf<Word extends string>(text: string, name: string, words: readonly Word[]): Word {
  const word = words.find((candidate) => candidate === text.toUpperCase());
  if (word) return word;
  const lower = words.map((candidate) => candidate.toLowerCase());
  const meant = nearest(text, lower);
  throw refusal(
    name,
    `${JSON.stringify(text.slice(0, 60))} is none of ${lower.join(', ')}${meant ? `; did you mean ${meant}?` : '.'}`,
  );
}

/** A whole number; null when absent. @throws InvalidInputError anything else, or out of range */
export function wholeNumber(
  search: URLSearchParams,
  name: string,
  from: number,
  to: number,
): number | null {
  const text = single(search, name);
  if (text === null) return null;
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= from && value <= to) return value;
  throw refusal(
    name,
    `Must be a whole number from ${from} to ${to}; it is ${JSON.stringify(text.slice(0, 60))}.`,
  );
}

/** An instant (RFC 3339); null when absent. @throws InvalidInputError anything else */
export function instant(search: URLSearchParams, name: string): Date | null {
  const text = single(search, name);
  if (text === null) return null;
  const read = parseInstant(text);
  if ('problem' in read) throw refusal(name, read.problem);
  return new Date(read.ms);
}

const refusal = (name: string, message: string) =>
  new InvalidInputError([{ path: [name], message }]);
