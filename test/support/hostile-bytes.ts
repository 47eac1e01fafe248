import fc from 'fast-check';
import type { Known } from './hostile-documents.ts';
import { damaged } from './odd-json.ts';

/** Bytes that are nearly HTTP. */
export const hostileBytes = ({ token }: Known): fc.Arbitrary<Uint8Array> => {
  const head = (lines: readonly string[], body = '') =>
    Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`, 'latin1');
  const signed = ['Host: x', 'Connection: close', `Authorization: Bearer ${token}`];
  const body = '{"query":"{__typename}"}';
  const right = [
    head(['GET /health HTTP/1.1', ...signed]),
    head(
      [
        'POST /graphql HTTP/1.1',
        ...signed,
        'Content-Type: application/json',
        `Content-Length: ${body.length}`,
      ],
      body,
    ),
    head(
      [
        'POST /graphql HTTP/1.1',
        ...signed,
        'Content-Type: application/json',
        'Transfer-Encoding: chunked',
      ],
      `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
    ),
    head(
      [
        'POST /api/audit-logs HTTP/1.1',
        ...signed,
        'Content-Type: application/x-ndjson',
        'Transfer-Encoding: chunked',
      ],
      'fffffff\r\n{}',
    ),
    head(['POST /graphql HTTP/1.1', ...signed, 'Content-Length: 24', 'Content-Length: 5'], body),
    head(
      ['POST /graphql HTTP/1.1', ...signed, 'Content-Length: 24', 'Transfer-Encoding: chunked'],
      body,
    ),
    head(['GET http://[::1/ HTTP/1.1', ...signed]),
    head(['GET //\\%00 HTTP/1.1', 'Host: a b', 'Connection: close']),
    head(['OPTIONS * HTTP/1.1', ...signed]),
    head(['CONNECT x:1 HTTP/1.1', ...signed]),
    head(['GET / HTTP/1.1', 'Connection: upgrade', 'Upgrade: websocket', 'Host: x']),
    head(['GET / HTTP/1.1', ...signed, `X-Long: ${'x'.repeat(20_000)}`]),
  ];
  return fc.constantFrom(...right).chain(damaged);
};
