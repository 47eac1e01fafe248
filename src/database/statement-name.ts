import { createHash } from 'node:crypto';

const REMEMBERED = 1_000;
const names = new Map<string, string>();

/** A name for a prepared statement, the same for the same text. */
export function statementName(text: string): string {
  const known = names.get(text);
  if (known !== undefined) return known;
  const name = createHash('sha256').update(text).digest('base64url');
  if (names.size === REMEMBERED) names.clear();
  names.set(text, name);
  return name;
}
