/** What in a text no database here can store and give back as it was, or null. */
export function unstorableIn(text: string): string | null {
  if (!text.isWellFormed()) return 'a lone surrogate (half a character)';
  return text.includes('\0') ? 'the character U+0000' : null;
}

/** Whether a text can be stored and given back as it was: well-formed, and no U+0000 in it. */
export const isStorableText = (text: string): boolean => unstorableIn(text) === null;

/** Why a free text (many lines, any script, any control character but NUL) is refused, or null. */
export function storableTextProblem(text: string): string | null {
  const fault = unstorableIn(text);
  return fault === null ? null : `Must not contain ${fault}.`;
}

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
const PRINTABLE_ASCII = /^[ -~]*$/;

/** How many characters a person would count (UAX #29 extended grapheme clusters). */
export function graphemeCount(text: string): number {
  if (PRINTABLE_ASCII.test(text)) return text.length;
  let count = 0;
  for (const _ of segmenter.segment(text)) count++;
  return count;
}

/** Control characters (Cc: also tab and line feed) and the two Unicode line breaks. */
const CONTROL = /[\p{Cc}\u2028\u2029]/u;

/**
 * Embeddings, overrides and isolates (UAX #9), which reorder the text that follows them on a page.
 * The marks that only help one's own letters (U+061C, U+200E, U+200F) and the joiners of Persian
 * and of emoji stay allowed.
 */
const REORDERING = /[\u202A-\u202E\u2066-\u2069]/u;

/** Why a text is not fit to stand in one line among others, or null. Says nothing of its length. */
export function singleLineProblem(text: string): string | null {
  const unstorable = storableTextProblem(text);
  if (unstorable !== null) return unstorable;
  if (CONTROL.test(text)) return 'Must not contain control characters or line breaks.';
  return REORDERING.test(text)
    ? 'Must not contain characters that reverse the direction of the text around them.'
    : null;
}

/** Neither white space, control, accent without a letter, nor one of those that show nothing. */
const VISIBLE =
  /[^\p{Z}\p{Cc}\p{Cf}\p{M}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2800]/u;

/** Most characters of a name, as a person counts them. */
export const NAME_GRAPHEMES = 100;
/** Most UTF-16 units of a name: 100 of the longest emoji fit, 100 heaps of accents do not. */
export const NAME_UNITS = 2_000;

/** The form of a name that is stored: without the white space around it, otherwise untouched. */
export const trimmedName = (text: string): string => text.trim();

/**
 * Why a name is refused, or null: after trimming it has 1 to 100 characters in one line, at least
 * one of them visible.
 */
export function nameProblem(text: string): string | null {
  const name = trimmedName(text);
  if (name === '') return 'Must not be empty.';
  if (name.length > NAME_UNITS) return TOO_LONG;
  const problem = singleLineProblem(name);
  if (problem !== null) return problem;
  if (!VISIBLE.test(name)) return 'Must have at least one visible character.';
  return graphemeCount(name) > NAME_GRAPHEMES ? TOO_LONG : null;
}

const TOO_LONG = `Must have at most ${NAME_GRAPHEMES} characters.`;
