import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type { Answer } from './answer.ts';
import { type BodyDeadlines, setBodyDeadlines } from './body-deadline.ts';
import { type Incoming, incomingOf } from './incoming.ts';
import { sendAnswer } from './send-answer.ts';

/** Answers requests; knows no port. */
export interface Handler {
  /** Whether a request may last as long as something moves; none may, when it is left out. */
  isStream?(method: string, path: string, contentType: string | undefined): boolean;
  /** A rejection ends the connection. */
  answer(request: Incoming, connection: { remoteAddress: string | undefined }): Promise<Answer>;
  /** Resolves when what is under way was answered. */
  close(): Promise<void>;
}

export interface Listener {
  readonly port: number;
  /** Takes no more, waits for what is under way, at most `graceMs`; then every connection ends. */
  close(graceMs: number): Promise<void>;
}

/** How long clients may take; bodies have deadlines of their own, which Node could only limit for all requests alike. */
export interface Deadlines extends BodyDeadlines {
  readonly headersMs: number;
}

/** Slow clients are cut off: Node's own defaults would wait a minute and more. */
export const DEADLINES: Deadlines = { headersMs: 5_000, bodyMs: 10_000, idleMs: 60_000 };
const TIMEOUTS = { requestTimeout: 0, keepAliveTimeout: 5_000 };
const CHECK_MS = 1_000;
/** How long answers that are written may take to leave. */
const FLUSH_MS = 500;
const HEADER_LIMIT_BYTES = 16_384;

/** Listens over HTTP/1.1. @throws Error the port is taken, or may not be used */
export async function listen(
  handler: Handler,
  { port, host }: { port: number; host?: string | undefined },
  given: Partial<Deadlines> = {},
): Promise<Listener> {
  const deadlines = { ...DEADLINES, ...given };
  const timeouts = { ...TIMEOUTS, headersTimeout: deadlines.headersMs };
  const server = createServer(
    { ...timeouts, connectionsCheckingInterval: CHECK_MS, maxHeaderSize: HEADER_LIMIT_BYTES },
    async (request, response) => {
      if (!hasAddress(request)) {
        response.writeHead(400, { 'content-type': PROBLEM, connection: 'close' });
        response.end(NO_ADDRESS);
        return;
      }
      const { remoteAddress } = request.socket;
      try {
        const answer = await handler.answer(incomingOf(request, response), { remoteAddress });
        await sendAnswer(answer, response);
      } catch {
        response.destroy();
      }
    },
  );
  setBodyDeadlines(
    server,
    deadlines,
    ({ method = '', url = '', headers }) =>
      handler.isStream?.(method, url.replace(/\?.*/s, ''), headers['content-type']) ?? false,
  );
  server.listen(host === undefined ? { port } : { port, host });
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close(graceMs) {
      // A connection kept alive would otherwise bring the next request to a server that is leaving.
      server.prependListener('request', (_request, response) => {
        response.shouldKeepAlive = false;
      });
      const closed = once(server, 'close');
      server.close();
      await Promise.race([handler.close(), setTimeout(graceMs, undefined, { ref: false })]);
      // What was answered leaves at once; what was not has had its time.
      server.closeIdleConnections();
      await Promise.race([closed, setTimeout(FLUSH_MS, undefined, { ref: false })]);
      server.closeAllConnections();
      await closed;
    },
  };
}

const PROBLEM = 'application/problem+json';
const NO_ADDRESS = JSON.stringify({
  ...{ type: 'about:blank', title: 'Bad Request', status: 400, code: 'BAD_USER_INPUT' },
  detail: 'The request names no valid address: see its first line and its Host.',
});

/**
 * Whether host and path make an address (RFC 9112, section 3.2); everything after this relies on it.
 */
const hasAddress = ({ headers: { host = '' }, url = '' }: IncomingMessage): boolean =>
  /^[\w.:[\]-]*$/.test(host) && URL.canParse(`http://${host || 'localhost'}${url}`);
