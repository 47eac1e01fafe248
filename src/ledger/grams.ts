/** A gram is this long, in UTF-16 units: a text that is in another is so in these too. */
const GRAM_LENGTH = 3;

/** Bits that a gram keeps of each of its units, the first unit's highest. */
const BITS = [11, 11, 10] as const;

/** What stands behind a text, so that its last units begin grams as well; no text has it. */
const END = '\u0000\u0000';

/**
 * The grams of a text that is folded already: what stands at each of its units and the two behind it,
 * each once, as a whole number of 32 bits. Two grams may share a number, so what they lead to is
 * looked at.
 */
export const gramsOf = (folded: string): Set<number> => runsOf(`${folded}${END}`);

/** The grams of every text that has this one in it; none when it is shorter than a gram. */
export function runsOf(folded: string): Set<number> {
  const grams = new Set<number>();
  for (let at = 0; at + GRAM_LENGTH <= folded.length; at += 1) grams.add(gramAt(folded, at));
  return grams;
}

/** The least and the greatest gram that begins with a text, which is shorter than a gram. */
export function gramsFrom(folded: string): { readonly least: number; readonly greatest: number } {
  const least = gramAt(`${folded}${END}`, 0);
  const open = BITS.slice(folded.length).reduce((sum, bits) => sum + bits, 0);
  return { least, greatest: least + 2 ** open - 1 };
}

function gramAt(text: string, at: number): number {
  let gram = 0;
  for (const [offset, bits] of BITS.entries()) {
    gram = (gram << bits) | (text.charCodeAt(at + offset) & ((1 << bits) - 1));
  }
  return gram;
}
