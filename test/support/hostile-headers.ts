import fc from 'fast-check';
import type { Known } from './hostile-documents.ts';
import { oddValue } from './odd-json.ts';

const HEADER_NAMES = [
  ...['content-type', 'accept', 'x-organization-id', 'x-request-id', 'x-forwarded-for', 'origin'],
  ...['accept-encoding', 'content-encoding', 'authorization', 'user-agent', 'cookie', 'range'],
  ...['if-none-match', 'expect', 'te', 'x-http-method-override', 'forwarded', 'accept-language'],
];
const HEADER_VALUES = [
  ...['', ' ', '*/*', 'application/json', 'application/json; charset=utf-16', 'text/html', 'gzip'],
  ...['application/graphql-response+json', 'multipart/mixed', 'multipart/form-data; boundary=x'],
  ...['Bearer ', 'Bearer null', 'Basic YTpi', 'Bearer a.b.c', 'otk_', 'gzip;q=0', 'br, gzip;q=1e9'],
  ...['org_01h455vb4pex5vsknk084sn02q', '192.0.2.1, ::1, x', 'application/x-ndjson', 'deflate'],
  ...[
    'application/json, application/json',
    'q=;;;=',
    `x/${'y'.repeat(4_000)}`,
    '%00',
    '\'"<script>',
  ],
];

/** Headers that HTTP allows. */
export const headers: fc.Arbitrary<Record<string, string>> = fc.dictionary(
  fc.constantFrom(...HEADER_NAMES.filter((name) => name !== 'expect')),
  fc.oneof(
    fc.constantFrom(...HEADER_VALUES),
    fc.string({ maxLength: 60 }).map((text) => text.replaceAll(/[^\x20-\x7e]/g, '~')),
  ),
  { maxKeys: 3 },
);

/** Credentials, of which most are not. */
export const token = ({ token, secret }: Known): fc.Arbitrary<string> => {
  const part = fc
    .uint8Array({ maxLength: 60 })
    .map((bytes) => Buffer.from(bytes).toString('base64url'));
  const [head = '', claims = '', signature = ''] = token.split('.');
  const none = Buffer.from('{"alg":"none"}').toString('base64url');
  return fc.oneof(
    fc.tuple(part, part, part).map((parts) => parts.join('.')),
    fc.constantFrom(
      `${none}.${claims}.`,
      `${head}.${claims}`,
      `${head}.${claims}.${signature}.x`,
      '',
    ),
    oddValue.map((odd) =>
      [
        Buffer.from(JSON.stringify(odd) ?? '')
          .toString('base64url')
          .slice(0, 9_000),
        claims,
        signature,
      ].join('.'),
    ),
    fc.tuple(fc.nat(), part).map(([at, more]) => token.slice(0, at % token.length) + more),
    fc.tuple(fc.nat(), part).map(([at, more]) => secret.slice(0, at % secret.length) + more),
    fc.nat(12_000).map((length) => 'e'.repeat(length)),
  );
};
