import type { Exchange } from './exchange.ts';

/** Asked so often by machines, and saying so little, that they are logged at debug. */
const PROBES = new Set(['/health', '/ready']);

/** Writes the one line of a request. The path stands without its query, in which documents and values travel. */
export function logExchange(exchange: Exchange, status: number, durationMs: number): void {
  const { log, request, url, ip, actorId, operation } = exchange;
  const line = {
    method: request.method,
    path: url.pathname.slice(0, 200),
    status,
    durationMs: Math.round(durationMs * 10) / 10,
    ...(ip && { ip }),
    ...(actorId && { actorId }),
    ...(operation && { operation }),
  };
  if (PROBES.has(url.pathname)) log.debug(line, 'request');
  else log.info(line, 'request');
}
