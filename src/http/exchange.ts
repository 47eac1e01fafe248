import { clientIp } from './client-ip.ts';
import type { Incoming } from './incoming.ts';
import type { Log } from './log.ts';
import type { Counted } from './rate-counter.ts';
import { requestIdOf } from './request-id.ts';

/** One request and what is learnt of it on its way. */
export interface Exchange {
  readonly request: Incoming;
  readonly url: URL;
  readonly requestId: string;
  readonly ip: string | null;
  /** Names the request in every line. */
  readonly log: Log;
  /** Bytes of the body; 0 until it was read. */
  bodyBytes: number;
  /** Who is asking, for the log: never a name or an address of a person. */
  actorId: string | null;
  /** Name and kind of the operation, once the document is known. */
  operation: string | null;
  /** The rate limits that it was counted by. */
  readonly counted: Counted[];
}

/** An exchange for a request; `remoteAddress` is the other end of its connection. */
export function openExchange(
  request: Incoming,
  remoteAddress: string | undefined,
  trustedProxyCount: number,
  log: Log,
): Exchange {
  const requestId = requestIdOf(request.headers);
  return {
    request,
    url: new URL(request.url, 'http://localhost'),
    requestId,
    ip: clientIp(remoteAddress, request.headers.get('x-forwarded-for'), trustedProxyCount),
    log: log.child({ requestId }),
    bodyBytes: 0,
    actorId: null,
    operation: null,
    counted: [],
  };
}
