import type { Answer } from './answer.ts';

const BASE: readonly [string, string][] = [
  ['x-content-type-options', 'nosniff'],
  ['x-frame-options', 'DENY'],
  ['referrer-policy', 'no-referrer'],
  ['cross-origin-resource-policy', 'same-origin'],
];

/** Set where the answer does not say otherwise: nothing here is a document, nor for a cache. */
const DEFAULTS: readonly [string, string][] = [
  ['content-security-policy', "default-src 'none'; frame-ancestors 'none'"],
  ['cache-control', 'no-store'],
];

/** Adds to every answer what keeps browsers strict; HSTS only where clients come by https. */
export function setSecurityHeaders(headers: Answer['headers'], publicUrl: string): void {
  for (const [name, value] of BASE) headers.set(name, value);
  for (const [name, value] of DEFAULTS) if (!headers.has(name)) headers.set(name, value);
  if (publicUrl.startsWith('https:')) {
    headers.set('strict-transport-security', 'max-age=31536000');
  }
}
