import fc from 'fast-check';
import type { Data } from './client.ts';
import type { Known } from './hostile-documents.ts';

/** Numbers at the edges of what a place can be, and texts that are nearly numbers. */
const PARTS = [
  ...['0', '-0', '-1', '1', '2', '00', '1.5', '1e3', '0x1', 'NaN', 'null', '', ' 1', '+1', '１'],
  ...['2147483648', '9007199254740991', '9007199254740992', '9999999999999999'],
  ...['-9999999999999999', '8640000000000001', '-8640000000000001', '99999999999999999999'],
];

/** How a place becomes a text. */
const ENCODINGS: readonly ((place: string) => string)[] = [
  (place) => Buffer.from(place).toString('base64url'),
  (place) => Buffer.from(place).toString('base64'),
  (place) => Buffer.from(place).toString('hex'),
  (place) => Buffer.from(place, 'utf16le').toString('base64url'),
  (place) => place,
];

/** Cursors that are nearly right: real ones cut or extended, and others of the same form. */
export function hostileCursor({ cursor, organizationId, logId }: Known): fc.Arbitrary<string> {
  const place = Buffer.from(cursor, 'base64url').toString().split('.');
  const odd = fc.constantFrom(...PARTS);
  const one = fc
    .tuple(fc.nat(place.length), odd)
    .map(([at, part]) => place.toSpliced(at, 1, part).join('.'));
  const other = fc.array(odd, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('.'));
  const structured = fc.constantFrom(
    ...[JSON.stringify(place), JSON.stringify({ createdAtMs: 1, sequence: [] }), organizationId],
    ...[`${place.join('.')}.1`, place.toReversed().join('.'), `${place.join('.')}\u0000`],
  );
  const placed = fc
    .tuple(
      fc.oneof({ arbitrary: one, weight: 3 }, other, structured),
      fc.constantFrom(...ENCODINGS),
    )
    .map(([text, encoded]) => encoded(text));
  const cut = fc
    .tuple(fc.nat(cursor.length), fc.constantFrom('', 'A', '=', '==', '_', '.', cursor))
    .map(([at, end]) => cursor.slice(0, at) + end);
  const foreign = fc.constantFrom(organizationId, logId, 'org_01h455vb4pex5vsknk084sn02q', '');
  return fc.oneof({ arbitrary: placed, weight: 4 }, cut, foreign);
}

const CONNECTIONS = ['members', 'teams', 'resources', 'apiKeys', 'invitations', 'legalHolds'];

const LOG =
  'query($first: Int, $last: Int, $after: String, $before: String, $orderBy: AuditLogOrder) { auditLogs(first: $first, last: $last, after: $after, before: $before, orderBy: $orderBy) { totalCount nodes { id } pageInfo { hasNextPage } } }';
const LISTS = `query($id: ID!, $first: Int, $last: Int, $after: String, $before: String) { organization(id: $id) { ${CONNECTIONS.map((name) => `${name}(first: $first, last: $last, after: $after, before: $before) { edges { cursor } }`).join(' ')} } }`;

/** Pages after or before such cursors, of every kind of list. */
export function cursorRequest(known: Known): fc.Arbitrary<Data> {
  return fc
    .record({
      query: fc.constantFrom(LOG, LOG, LISTS),
      end: fc.constantFrom('after', 'before'),
      size: fc.constantFrom('first', 'last'),
      cursor: hostileCursor(known),
      count: fc.nat(100),
      field: fc.constantFrom('SEQUENCE', 'CREATED_AT'),
      direction: fc.constantFrom('ASC', 'DESC'),
    })
    .map(({ query, end, size, cursor, count, field, direction }) => ({
      query,
      variables: {
        ...{ [end]: cursor, [size]: count },
        ...(query === LOG ? { orderBy: { field, direction } } : { id: known.organizationId }),
      },
    }));
}
