/** Where an address begins and ends: in a text not amid a longer one, in a dotted path also at a dot. */
const AROUND = {
  text: ['(?<![\\p{L}\\p{N}\\p{M}][._+-]*)', '(?![\\p{L}\\p{N}\\p{M}_]|[.-][\\p{L}\\p{N}])'],
  path: ['(?<![\\p{L}\\p{N}\\p{M}_+-])', '(?![\\p{L}\\p{N}\\p{M}_-])'],
} as const;

/** What means more than itself in a pattern. */
const SYNTAX = /[$()*+./?[\\\]^{|}]/g;

/**
 * A test whether a text names an address: whatever its letter case and Unicode form (NFC, NFD), and
 * also where it is written in JSON's escapes (`\u0061`, however deep in JSON within JSON) or percent
 * signs (`%40`). A longer address that ends or begins with it is another one; in a
 * dotted path, such as `reviewers.ada@example.com`, that cannot be told, and it counts as named. What hides it from a
 * reader, such as base64, hides it from this too.
 * @param email normalised, as `normalizeEmail` gives it
 */
export function addressFinder(
  email: string,
  place: keyof typeof AROUND = 'text',
): (text: string | null) => boolean {
  const [before, after] = AROUND[place];
  const wanted = new RegExp(`${before}${email.replaceAll(SYNTAX, '\\$&')}${after}`, 'u');
  const standsIn = (text: string): boolean => {
    const folded = fold(text);
    return folded.includes(email) && wanted.test(folded);
  };
  return (text) => {
    if (text === null) return false;
    let plain = text;
    for (let depth = 0; depth < DEEPEST; depth += 1) {
      if (standsIn(plain)) return true;
      if (!ESCAPED.test(plain)) return false;
      plain = unescaped(plain);
    }
    return standsIn(plain);
  };
}

/** Escapes within escapes. */
const DEEPEST = 4;

const ASCII = /^[\0-\x7f]*$/;

/** As `normalizeEmail` does, but for white space. */
const fold = (text: string): string =>
  ASCII.test(text) ? text.toLowerCase() : text.normalize('NFC').toLowerCase().normalize('NFC');

const ESCAPED = /\\+(u[\da-f]{4}|["/bfnrt])|%[\da-f]{2}/i;
const EVERY_ESCAPE = /\\+(?:u([\da-f]{4})|(["/])|[bfnrt])|(?:%[\da-f]{2})+/gi;

/** One layer of escapes taken off; what stands for white space becomes some. */
const unescaped = (text: string): string =>
  text.replaceAll(EVERY_ESCAPE, (sequence, code?: string, character?: string) => {
    if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
    if (character !== undefined) return character;
    return sequence.startsWith('%') ? percentDecoded(sequence) : ' ';
  });

const percentDecoded = (text: string): string =>
  Buffer.from(text.replaceAll('%', ''), 'hex').toString('utf8');
