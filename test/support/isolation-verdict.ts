import type { Answer, Data } from './client.ts';
import { CANARY } from './isolation-tenant.ts';

/** An answer as it came, but for what the caller said: status, headers, body. */
export function told({ headers, ...body }: Answer, said: Iterable<string>): string {
  return without(JSON.stringify([Object.fromEntries(headers), body]), said);
}

/** A text without some words; the longest first, since one may hold another. */
export const without = (text: string, words: Iterable<string>): string =>
  [...words]
    .filter((word) => word !== '')
    .sort((a, b) => b.length - a.length)
    .reduce((rest, word) => rest.replaceAll(word, '<said>'), text);

/** What a text shows of a tenant: a canary, or one of its secrets. */
export const leaksIn = (text: string, secrets: readonly string[]): string[] => [
  ...(CANARY.exec(text) ?? []),
  ...secrets.filter((secret) => text.includes(secret)),
];

/** Ids and hashes among rows, in every spelling that an answer could give them. */
export function secretsIn(rows: Iterable<readonly Data[]>): string[] {
  const values = [...rows].flat().flatMap((row) => Object.values(row));
  const found = values.flatMap((value) => {
    if (value instanceof Uint8Array && value.byteLength >= 16) {
      const bytes = Buffer.from(value);
      return (['hex', 'base64', 'base64url'] as const).map((form) => bytes.toString(form));
    }
    return typeof value === 'string' && /^[a-z]{3,4}_[0-9a-z]{26}$/.test(value) ? [value] : [];
  });
  return [...new Set(found)];
}
