import type { Incoming } from './incoming.ts';

const ALLOWED_HEADERS =
  'authorization, content-type, x-organization-id, x-query-cost, x-request-id';
const EXPOSED_HEADERS =
  'x-request-id, retry-after, ratelimit, ratelimit-policy, x-export-id, x-export-snapshot, link';
const PREFLIGHT_SECONDS = '600';

/**
 * The CORS headers of an answer: only listed origins are named, never a wildcard, and never
 * credentials, since nothing here is authenticated by what a browser sends by itself.
 */
export function corsHeaders(request: Incoming, origins: readonly string[]): [string, string][] {
  if (origins.length === 0) return [];
  const origin = request.headers.get('origin');
  const headers: [string, string][] = [['vary', 'Origin']];
  if (origin === null || !origins.includes(origin)) return headers;
  headers.push(
    ['access-control-allow-origin', origin],
    ['access-control-expose-headers', EXPOSED_HEADERS],
  );
  if (request.method === 'OPTIONS') {
    headers.push(
      ['access-control-allow-methods', 'GET, POST, PUT, DELETE'],
      ['access-control-allow-headers', ALLOWED_HEADERS],
      ['access-control-max-age', PREFLIGHT_SECONDS],
    );
  }
  return headers;
}
