import { Agent, request } from 'node:http';
import { connect } from 'node:net';

/** A request as it goes over the wire. */
export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** What came back; status 0 when the connection ended without an answer. */
export interface Heard {
  readonly status: number;
  readonly type: string;
  readonly body: Buffer;
}

/** Nothing that is asked may take longer: this finds what hangs, and says nothing of speed. */
const HANG_MS = 20_000;

const UNANSWERED: Heard = { status: 0, type: '', body: Buffer.alloc(0) };

/** Speaks to a listening server. */
export function wireTo(port: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  return {
    /** Sends a request that is proper HTTP. @throws Error it was not answered in time */
    send: ({ method, path, headers, body }: Sent): Promise<Heard> =>
      inTime((resolve) => {
        const to = { host: '127.0.0.1', port, agent, method, path };
        const outgoing = request(
          { ...to, headers: { ...headers, 'content-length': body.byteLength } },
          (answer) => {
            const chunks: Buffer[] = [];
            const heard = () => ({
              status: answer.statusCode ?? 0,
              type: answer.headers['content-type'] ?? '',
              body: Buffer.concat(chunks),
            });
            answer.on('data', (chunk: Buffer) => chunks.push(chunk));
            // A refusal may come before the body was taken: what was heard of it counts.
            for (const end of ['end', 'error', 'close']) answer.on(end, () => resolve(heard()));
          },
        );
        outgoing.on('error', () => resolve(UNANSWERED));
        outgoing.end(body);
        return () => outgoing.destroy();
      }),
    /** Sends bytes that may be anything, and hears until the server hangs up. @throws Error it does not */
    sendRaw: (bytes: Uint8Array): Promise<Heard> =>
      inTime((resolve) => {
        const socket = connect(port, '127.0.0.1');
        const chunks: Buffer[] = [];
        socket.on('data', (chunk) => chunks.push(chunk));
        socket.on('error', () => undefined);
        socket.on('close', () => {
          const body = Buffer.concat(chunks);
          const [, status = '0'] = /^HTTP\/1\.1 (\d{3})/.exec(body.toString('latin1')) ?? [];
          resolve({ status: Number(status), type: '', body });
        });
        socket.end(bytes);
        return () => socket.destroy();
      }),
    close: () => agent.destroy(),
  };
}

function inTime(start: (resolve: (heard: Heard) => void) => () => void): Promise<Heard> {
  const { promise, resolve, reject } = Promise.withResolvers<Heard>();
  const stop = start(resolve);
  const timer = setTimeout(() => {
    stop();
    reject(new Error(`Not answered within ${HANG_MS} ms.`));
  }, HANG_MS);
  return promise.finally(() => clearTimeout(timer));
}
