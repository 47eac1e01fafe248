import type { IncomingMessage, Server, ServerResponse } from 'node:http';

/** How long a client may take to read that it was too slow. */
const LINGER_MS = 500;

/** How long a body may take to arrive, and how long a stream may say and take nothing. */
export interface BodyDeadlines {
  readonly bodyMs: number;
  readonly idleMs: number;
}

/**
 * Cuts off bodies that do not arrive in time. Node's own `requestTimeout` knows no exception: a
 * request that `isStream` may last as long as something moves on its connection, in either direction.
 */
export function setBodyDeadlines(
  server: Server,
  { bodyMs, idleMs }: BodyDeadlines,
  isStream: (request: IncomingMessage) => boolean,
): void {
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    if (isStream(request)) watchIdle(request, response, idleMs);
    else watchArrival(request, bodyMs);
  });
}

function watchArrival(request: IncomingMessage, bodyMs: number): void {
  const { socket } = request;
  const timer = setTimeout(() => {
    if (request.complete) return;
    // As Node answers it itself; whatever the handler says after that has nowhere to go. A connection
    // that is torn down while more arrives would take the answer with it.
    if (socket.writable) socket.end('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n');
    setTimeout(() => socket.destroy(), LINGER_MS).unref();
  }, bodyMs);
  const arrived = () => clearTimeout(timer);
  request.once('end', arrived);
  request.once('close', arrived);
}

/**
 * An interval that compares counts of bytes: a socket's own time-out is reset by the adapter. What
 * stands still is cut off after `idleMs`, and half of it later at the latest.
 */
function watchIdle({ socket }: IncomingMessage, response: ServerResponse, idleMs: number): void {
  let moved = -1;
  let stillCount = 0;
  const timer = setInterval(() => {
    const now = socket.bytesRead + socket.bytesWritten;
    stillCount = now === moved ? stillCount + 1 : 0;
    if (stillCount === 2) socket.destroy();
    moved = now;
  }, idleMs / 2);
  timer.unref();
  response.once('close', () => clearInterval(timer));
}
