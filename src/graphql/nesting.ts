import { Lexer, type Source, type Token, TokenKind } from 'graphql';

const STEPS: Readonly<Record<string, number>> = {
  ...{ [TokenKind.BRACE_L]: 1, [TokenKind.BRACKET_L]: 1, [TokenKind.PAREN_L]: 1 },
  ...{ [TokenKind.BRACE_R]: -1, [TokenKind.BRACKET_R]: -1, [TokenKind.PAREN_R]: -1 },
};

/**
 * Whether brackets of a document stand deeper in each other than `most`, as far as it is a document.
 * Whoever parses, prints or validates it goes down as deep, on a stack that ends.
 */
export function nestsDeeper(source: Source, most: number): boolean {
  const lexer = new Lexer(source);
  let depth = 0;
  for (let token = next(lexer); token; token = next(lexer)) {
    depth += STEPS[token.kind] ?? 0;
    if (depth > most) return true;
  }
  return false;
}

/** Null at the end, and where the text is no token any more: the parser says what is wrong there. */
function next(lexer: Lexer): Token | null {
  try {
    const token = lexer.advance();
    return token.kind === TokenKind.EOF ? null : token;
  } catch {
    return null;
  }
}
