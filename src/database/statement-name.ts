import { createHash } from 'node:crypto';

const NAMED_TEXTS = 1_000;
const names = new Map<string, string>();

/**
 * A name for a prepared statement, the same for the same text; undefined for any text beyond the
 * first thousand, since a Postgres connection keeps what it has prepared until it closes.
 */
export function statementName(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= NAMED_TEXTS) return known;
  const name = createHash('sha256').update(text).digest('base64url');
  names.set(text, name);
  return name;
}
