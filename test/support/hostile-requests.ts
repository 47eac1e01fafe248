import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { Data } from './client.ts';
import { METHODS, parameters, REST_PATHS, tlogPath } from './hostile-addresses.ts';
import { cursorRequest, hostileCursor } from './hostile-cursors.ts';
import { documentText, EVENT, type Known, rightRequests } from './hostile-documents.ts';
import { headers, token } from './hostile-headers.ts';
import { damaged, disturbed, oddText } from './odd-json.ts';
import type { Sent } from './wire.ts';

/** One hostile request, and what kind it is. */
export interface Hostile {
  readonly kind: string;
  readonly sent: Sent;
}

const JSON_TYPE = { 'content-type': 'application/json' };
export const NDJSON_TYPE = { 'content-type': 'application/x-ndjson' };

const NONE = new Uint8Array(0);

/** Every kind of hostile request that is proper HTTP. */
export function hostileRequest(known: Known): fc.Arbitrary<Hostile> {
  const signed = {
    authorization: `Bearer ${known.token}`,
    'x-organization-id': known.organizationId,
  };
  const right = fc.constantFrom(...rightRequests(known));
  const post = (body: Uint8Array, more: Record<string, string> = {}, path = '/graphql'): Sent => ({
    ...{ method: 'POST', path, body },
    headers: { ...signed, ...JSON_TYPE, ...more },
  });
  const jsonOf = (value: Data) => Buffer.from(JSON.stringify(value) ?? '');
  const recording = fc.tuple(
    fc.array(
      fc.oneof(
        disturbed(EVENT).map((one) => jsonOf(one)),
        oddText.map((one) => Buffer.from(one)),
      ),
      {
        maxLength: 6,
      },
    ),
    fc.constantFrom('\n', '\r\n', '\n\n', ','),
    fc.constantFrom(NDJSON_TYPE, JSON_TYPE),
  );
  const unpacked = recording.map(([lines, end, type]) => ({
    body: Buffer.concat(lines.flatMap((line) => [line, Buffer.from(end)])),
    type,
  }));
  const kinds: Record<string, fc.Arbitrary<Sent>> = {
    'variables disturbed': right.chain(disturbed).map((value) => post(jsonOf(value))),
    cursors: cursorRequest(known).map((value) => post(jsonOf(value))),
    'cursors by REST': fc
      .tuple(fc.constantFrom('', '/export'), hostileCursor(known))
      .map(([door, cursor]) => ({
        ...{ method: 'GET', headers: signed, body: NONE },
        path: `/api/audit-logs${door}?cursor=${encodeURIComponent(cursor)}`,
      })),
    'body damaged': right.chain((value) => damaged(jsonOf(value))).map((body) => post(body)),
    'body odd': oddText.map((text) => post(Buffer.from(text))),
    'document odd': documentText(known).map((query) => post(jsonOf({ query }))),
    headers: fc.tuple(right, headers).map(([value, more]) => post(jsonOf(value), more)),
    token: token(known).map((text) =>
      post(jsonOf({ query: '{ viewer { type } }' }), {
        authorization: `Bearer ${text}`,
      }),
    ),
    'events damaged': unpacked
      .chain(({ body, type }) => damaged(body).map((bytes) => ({ bytes, type })))
      .map(({ bytes, type }) => post(bytes, type, '/api/audit-logs')),
    'events packed': unpacked
      .chain(({ body, type }) => damaged(gzipSync(body)).map((bytes) => ({ bytes, type })))
      .map(({ bytes, type }) =>
        post(bytes, { ...type, 'content-encoding': 'gzip' }, '/api/audit-logs'),
      ),
    parameters: fc
      .tuple(
        fc.constantFrom(...METHODS),
        fc.constantFrom(...REST_PATHS),
        parameters(known),
        headers,
      )
      .map(([method, path, search, more]) => ({
        ...{ method, path: `${path}?${search}`, body: NONE },
        headers: { ...signed, ...more },
      })),
    'organization by REST': fc
      .tuple(fc.constantFrom('/api/organisations', '/api/organisation'), disturbed(ORGANIZATION))
      .map(([path, value]) => ({
        ...post(jsonOf(value), {}, path),
        method: path.endsWith('s') ? 'POST' : 'PUT',
      })),
    tlog: tlogPath(known).map((path) => ({ method: 'GET', path, headers: signed, body: NONE })),
  };
  return fc.oneof(
    ...Object.entries(kinds).map(([kind, sent]) => sent.map((one) => ({ kind, sent: one }))),
  );
}

const ORGANIZATION = {
  ...{ name: 'Of the fuzz', metadata: { a: 1 }, expectedVersion: 0 },
  settings: { timezone: 'UTC', membersMayReadAuditLog: true },
};
