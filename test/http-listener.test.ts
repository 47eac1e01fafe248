import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { readBody } from '../src/http/body.ts';
import { type Handler, type Listener, listen } from '../src/http/listen.ts';
import { ask } from './support/asking.ts';
import { tokenOf } from './support/client.ts';
import { emptyPlace } from './support/database.ts';
import { serveProcess } from './support/served-process.ts';

const open: Listener[] = [];
afterEach(async () => {
  for (const listener of open.splice(0)) await listener.close(0);
});

async function listenWith(
  answer: Handler['answer'],
  close: Handler['close'] = async () => {},
  isStream: Handler['isStream'] = () => false,
  deadlines?: Parameters<typeof listen>[2],
) {
  const listener = await listen(
    { answer, close, isStream },
    { port: 0, host: '127.0.0.1' },
    deadlines,
  );
  open.push(listener);
  return { listener, url: `http://127.0.0.1:${listener.port}` };
}

test('a request under way is answered after the signal to stop, and no other is taken', async () => {
  const answer = Promise.withResolvers<Response>();
  const arrived = Promise.withResolvers<void>();
  const { listener, url } = await listenWith(
    () => {
      arrived.resolve();
      return answer.promise;
    },
    async () => void (await answer.promise),
  );
  const underWay = fetch(url);
  await arrived.promise;
  const closed = listener.close(5_000);
  await expect(fetch(url)).rejects.toThrow();
  answer.resolve(new Response('late, but here'));
  expect(await (await underWay).text()).toBe('late, but here');
  await closed;
});

test('a request that never ends is cut when the grace is over', async () => {
  const arrived = Promise.withResolvers<void>();
  const never = new Promise<never>(() => {});
  const { listener, url } = await listenWith(
    () => {
      arrived.resolve();
      return never;
    },
    () => never,
  );
  const underWay = fetch(url);
  const cut = expect(underWay).rejects.toThrow();
  await arrived.promise;
  await listener.close(50);
  await cut;
});

test('a body over the limit is refused with an answer, though its sender never said its length', async () => {
  const { url } = await listenWith(async (incoming) => {
    const refused = await readBody(incoming, 1_000).catch((error: Error) => error.message);
    return new Response(String(refused), { status: 413 });
  });
  const answer = await new Promise<{ status: number | undefined; body: string }>(
    (resolve, reject) => {
      const sending = request(url, { method: 'POST' }, (response) => {
        text(response).then((body) => resolve({ status: response.statusCode, body }), reject);
      });
      sending.on('error', reject);
      for (let i = 0; i < 50; i++) sending.write(Buffer.alloc(65_536));
      sending.end();
    },
  );
  expect(answer).toEqual({ status: 413, body: 'The request body may have at most 1000 bytes.' });
});

test('the address of the connection reaches the handler', async () => {
  const { url } = await listenWith(async (_, { remoteAddress }) => new Response(remoteAddress));
  expect(await (await fetch(url)).text()).toBe('127.0.0.1');
});

test.each([
  ['a host with a blank', 'GET / HTTP/1.1\r\nHost: a b'],
  ['a host with a path', 'GET / HTTP/1.1\r\nHost: x/graphql?'],
  ['a host that is no address', 'GET / HTTP/1.1\r\nHost: [::1'],
  ['a port that is none', 'GET / HTTP/1.1\r\nHost: x:99999'],
])('%s is refused in plain words, and the handler never hears of it', async (_, head) => {
  const { listener } = await listenWith(async () => new Response('heard'));
  const socket = connect(listener.port, '127.0.0.1');
  socket.write(`${head}\r\nConnection: close\r\n\r\n`);
  const answer = await text(socket);
  expect(answer).toContain('400 Bad Request');
  expect(answer).toContain('The request names no valid address');
  expect(answer).not.toMatch(/heard|TypeError/);
});

test('headers that trickle in are cut off within seconds', async () => {
  const { listener } = await listenWith(async () => new Response('never'));
  const startedAt = performance.now();
  const socket = connect(listener.port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n');
  const trickle = setInterval(() => socket.write('X-Slow: 1\r\n'), 500);
  const answer = await heard(socket).finally(() => clearInterval(trickle));
  expect(answer).toContain('408 Request Timeout');
  expect(performance.now() - startedAt).toBeLessThan(9_000);
});

/** What came before the end; a connection that is cut while something is still sent ends by a reset. */
async function heard(socket: Socket): Promise<string> {
  let all = '';
  socket.setEncoding('utf8').on('data', (piece) => {
    all += piece;
  });
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.on('close', resolve));
  return all;
}

/** Sends the start of a request, then a piece of its body every so often; gives what comes back. */
async function trickled(port: number, path: string, pieces: number, pauseMs: number, more = '') {
  const socket = connect(port, '127.0.0.1');
  socket.write(
    `POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${more}Content-Length: ${pieces}\r\n\r\n`,
  );
  const answered = heard(socket);
  for (let sent = 0; sent < pieces && socket.writable; sent++) {
    socket.write('x');
    await pause(pauseMs);
  }
  return answered;
}

describe('how slow a client may be is a setting', async () => {
  const place = await emptyPlace();
  const { port, child, exited } = await serveProcess(place.url, {
    ...{ HEADERS_TIMEOUT_MS: '1000', BODY_TIMEOUT_MS: '1000', STREAM_IDLE_TIMEOUT_MS: '2000' },
  });
  afterAll(async () => {
    child.kill('SIGTERM');
    expect(await exited).toBe(0);
    await place.remove();
  });
  const token = await tokenOf('ada');
  const head = (type: string) => `Authorization: Bearer ${token}\r\nContent-Type: ${type}\r\n`;

  test('for headers', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.write('GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n');
    const answered = heard(socket);
    // By the standard setting this is in time.
    await pause(3_500);
    if (socket.writable) socket.write('\r\n');
    expect(await answered).toContain('408 Request Timeout');
  });

  test('for a body', async () => {
    const type = head('application/json');
    expect(await trickled(port, '/graphql', 3, 10, type)).toContain('400 Bad Request');
    expect(await trickled(port, '/graphql', 30, 100, type)).toContain('408 Request Timeout');
  });

  test('for a stream that stands still', async () => {
    const founding = 'mutation { createOrganization(input: { name: "Streamed" }) { __typename } }';
    await ask(port, token, { query: founding });
    const type = head('application/x-ndjson');
    const ended = '"done":true';
    expect(await trickled(port, '/api/audit-logs', 3, 1_700, type)).toContain(ended);
    expect(await trickled(port, '/api/audit-logs', 2, 4_000, type)).not.toContain(ended);
  });
});

test('a body that trickles in is cut off; a stream lasts as long as something moves', async () => {
  const echo: Handler['answer'] = async ({ body }) =>
    new Response(`got ${await text(Readable.from(body ?? []))}`);
  const isStream: Handler['isStream'] = (_method, path) => path === '/stream';
  const deadlines = { bodyMs: 400, idleMs: 600 };
  const { listener } = await listenWith(echo, undefined, isStream, deadlines);
  const { port } = listener;
  expect(await trickled(port, '/body', 12, 100)).toContain('408 Request Timeout');
  expect(await trickled(port, '/body', 3, 10)).toContain('got xxx');
  expect(await trickled(port, '/stream?x', 12, 100)).toContain('got xxxxxxxxxxxx');
  expect(await trickled(port, '/stream', 2, 2_000)).toBe('');
});
