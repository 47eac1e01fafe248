import type { IncomingMessage, ServerResponse } from 'node:http';

/** What is read of a request. A Request is one; one of node:http costs less than a Request. */
export interface Incoming {
  readonly method: string;
  /** The address; of node:http with a host that means nothing. */
  readonly url: string;
  readonly headers: { get(name: string): string | null };
  /** To be read once, or not at all. */
  readonly body: AsyncIterable<Uint8Array> | null;
  /** Tells that the client went away before it was answered. */
  readonly signal: AbortSignal;
}

/** A request of node:http; `response` is the one that it is answered with. */
export function incomingOf(request: IncomingMessage, response: ServerResponse): Incoming {
  const { method = 'GET', url = '/' } = request;
  return {
    method,
    url: `http://localhost${url}`,
    headers: { get: (name) => headerOf(request, name) },
    body: method === 'GET' || method === 'HEAD' ? null : request,
    signal: signalOf(response),
  };
}

/** The same as a Request, for what knows nothing else; its body stays behind. */
export function asRequest({ method, url, headers, signal }: Incoming): Request {
  const told = ['accept', 'content-type'].flatMap((name) => {
    const value = headers.get(name);
    return value === null ? [] : [[name, value] as [string, string]];
  });
  return new Request(url, { method, headers: told, signal });
}

function headerOf({ headers }: IncomingMessage, name: string): string | null {
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ') : (value ?? null);
}

function signalOf(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  return gone.signal;
}
