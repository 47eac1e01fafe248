import type { JSONWebKeySet } from 'jose';

const TIMEOUT_MS = 3_000;
const LIMIT_BYTES = 262_144;

/**
 * The JSON Web Key Set at an address. Redirects are not followed.
 * @throws Error it does not answer in time, is too large, or is no key set
 */
export async function fetchKeySet(url: URL): Promise<JSONWebKeySet> {
  const response = await fetch(url, {
    redirect: 'error',
    headers: { accept: 'application/jwk-set+json, application/json' },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (response.status !== 200) throw new Error(`The key server answered ${response.status}.`);
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.byteLength;
    if (length > LIMIT_BYTES) throw new Error('The key set is too large.');
    chunks.push(chunk);
  }
  const set: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  if (!isKeySet(set) || set.keys.length === 0) throw new Error('The key server sent no key set.');
  return set;
}

const isKeySet = (value: unknown): value is JSONWebKeySet =>
  typeof value === 'object' && value !== null && 'keys' in value && Array.isArray(value.keys);
