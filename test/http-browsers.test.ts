import { describe, expect, test } from 'vitest';
import { startServer, tokenOf } from './support/client.ts';

const ORIGIN = 'https://app.example.com';
const setUp = async (env: Record<string, string> = {}) => {
  const { send } = await startServer({ env: { CORS_ORIGINS: ORIGIN, ...env } });
  const authorization = `Bearer ${await tokenOf('ada')}`;
  return (query: string, origin = ORIGIN) =>
    send({
      method: 'POST',
      headers: { authorization, origin, 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
};

describe('an answer to a page', () => {
  // The third time a query goes past Yoga; a refusal never does.
  const ASKED = ['{ viewer { type } }', '{ viewer { type } }', '{ viewer { type } }', '{ none }'];

  test('of a listed origin can be read there with its request id, by whatever way it was made', async () => {
    const ask = await setUp();
    for (const query of ASKED) {
      const { headers } = await ask(query);
      expect(headers.get('access-control-allow-origin')).toBe(ORIGIN);
      expect(headers.get('access-control-expose-headers')).toContain('x-request-id');
      expect(headers.get('access-control-allow-credentials')).toBeNull();
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    }
  });

  test('of any other origin cannot be read there', async () => {
    const ask = await setUp();
    for (const query of ASKED) {
      const { headers } = await ask(query, 'https://evil.example');
      expect(headers.get('access-control-allow-origin')).toBeNull();
    }
  });
});

test('browsers are told to come by https only where clients do', async () => {
  const told = async (url: string) =>
    (await (await setUp({ PUBLIC_URL: url }))('{ __typename }')).headers.get(
      'strict-transport-security',
    );
  expect(await told('https://log.example.com')).toContain('max-age=31536000');
  expect(await told('http://localhost:4000')).toBeNull();
});
