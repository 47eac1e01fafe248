import { createHash } from 'node:crypto';
import { TypeID } from 'typeid-js';
import { expect, test } from 'vitest';
import { exportAuditLogs } from '../src/features/audit-log/export-audit-logs.ts';
import type { OrganizationId } from '../src/kernel/ids.ts';
import { CATALOGUE, type CatalogueAction, type ServerEvent } from '../src/ledger/catalogue.ts';
import { change } from '../src/ledger/change.ts';
import { openSystemSession, type Session } from '../src/ledger/session.ts';
import { codesOf, type Data, dataOf, startServer } from './support/client.ts';
import { createKey } from './support/isolation-tenant.ts';
import { addMember, createOrganization, record } from './support/organizations.ts';

/** One row as plain SQL gives it; columns by name. */
type Row = Record<string, Data>;

const { as, query, database, clock } = await startServer();
const ada = as('ada');

// An outside verifier: plain columns, SHA-256 and JSON, and not one line of the product.

const sha256 = (...parts: (string | Uint8Array)[]): Buffer =>
  parts.reduce((digest, part) => digest.update(part), createHash('sha256')).digest();

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** RFC 8785: keys by UTF-16 units, numbers and strings as ECMAScript writes them. */
function jcs(value: Data): string {
  if (Array.isArray(value)) return `[${value.map(jcs).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${jcs(value[key])}`);
  return `{${members.join(',')}}`;
}

/** What an id says, bit by bit: the time of recording, of the organization's id the last 30 bits, the sequence. */
function uuidOf(row: Row, organization: string): Buffer {
  const tail =
    Buffer.from(TypeID.fromString(organization).toUUIDBytes()).readUInt32BE(12) & 0x3fffffff;
  const bits = [
    BigInt(row['recordedAtMs']).toString(2).padStart(48, '0'),
    ...['0111', '0', (tail >>> 20).toString(2).padStart(10, '0'), '0', '10', '00'],
    ...[(tail & 0xfffff).toString(2).padStart(20, '0')],
    BigInt(row['sequence']).toString(2).padStart(40, '0'),
  ].join('');
  return Buffer.from(BigInt(`0b${bits}`).toString(16).padStart(32, '0'), 'hex');
}

const LEFT_NULL = 'id erased actorSalt contentSalt actorCommitment contentCommitment'.split(' ');

/** What is wrong with a row of an organization's log; nothing when it is as it was stored. */
function faultsOf(row: Row, organization: string): string[] {
  const { email, ip, actorName: name, requestId, userAgent, details } = row;
  const { scope, action, outcome, origin, resourceType, resourceUID } = row;
  const { actorType, actorId, correlationId } = row;
  const [changes, metadata] = [JSON.parse(row['changes'] ?? '[]'), JSON.parse(row['metadata'])];
  const salts = sha256('orgtrail salts of parts\n', row['salt']);
  const actor = sha256(salts.subarray(0, 16), jcs({ email, ip, name, requestId, userAgent }));
  const content = sha256(salts.subarray(16), jcs({ changes, details, metadata }));
  const body = jcs({
    v: 1,
    id: TypeID.fromUUIDBytes('log', uuidOf(row, organization)).toString(),
    ...{ organization, sequence: Number(row['sequence']), scope, action, outcome, origin },
    ...{ resourceType, resourceUID, actorType, actorId, correlationId },
    createdAt: new Date(Number(row['createdAtMs'])).toISOString(),
    recordedAt: new Date(Number(row['recordedAtMs'])).toISOString(),
    actor: hex(actor),
    content: hex(content),
  });
  const parts = {
    leafHash: sha256(Uint8Array.of(0), body),
    // None are stored as null.
    ...(changes.length > 0 && { changes: Buffer.from(jcs(changes)) }),
    metadata: Buffer.from(jcs(metadata)),
  };
  const wrong = Object.entries(parts)
    .filter(([column, bytes]) => !bytes.equals(Buffer.from(row[column])))
    .map(([column]) => column);
  // What still has its salt was never erased, and stores nothing that is worked out from it.
  return [...wrong, ...LEFT_NULL.filter((column) => row[column] !== null)];
}

/** RFC 6962, section 2.1, word for word. */
function rootOf(leaves: readonly Uint8Array[]): Buffer {
  const [first] = leaves;
  if (!first) return sha256();
  if (leaves.length === 1) return Buffer.from(first);
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return sha256(Uint8Array.of(1), rootOf(leaves.slice(0, k)), rootOf(leaves.slice(k)));
}

const ledgerOf = async (organizationId: string): Promise<Row> =>
  (await query<Row>('SELECT * FROM "Ledger" WHERE "organizationId" = $1', [organizationId]))[0] ??
  {};

const rowsOf = async (organizationId: string): Promise<Row[]> =>
  query<Row>('SELECT * FROM "AuditLog" WHERE "ledgerId" = $1 ORDER BY "sequence"', [
    (await ledgerOf(organizationId))['id'],
  ]);

/** An event of any action: each fact that its sentence asks for, told as a list of one. */
function sampleOf(action: CatalogueAction): ServerEvent {
  const asked = new Set<string>();
  const facts = new Proxy({}, { get: (_, fact: string) => asked.add(fact) && ['sample'] });
  (CATALOGUE[action].details as (metadata: object) => string)(facts);
  const metadata = Object.fromEntries([...asked].map((fact) => [fact, ['sample']]));
  const changes = [{ path: 'sample', from: null, to: metadata }];
  return { action, resourceUID: 'sample', metadata, changes } as unknown as ServerEvent;
}

/** Appends, in one change, each action of the catalogue that the log has not got yet. */
async function recordTheRest(session: Session, organizationId: OrganizationId): Promise<void> {
  const had = new Set((await rowsOf(organizationId)).map(({ action }) => action));
  const missing = (Object.keys(CATALOGUE) as CatalogueAction[]).filter((name) => !had.has(name));
  const [first, ...others] = missing.map(sampleOf);
  if (!first) return;
  await change(session, organizationId, 'organization:update', async () => ({
    result: null,
    events: [first, ...others],
  }));
}

/** Makes a log that holds every action of the catalogue, and events of producers in every shape. */
async function logOfEverything(): Promise<string> {
  const { id } = await createOrganization(ada, {
    name: 'Every\u{1F680}thing',
    metadata: { é: 1, e: [1e-21, -0, 0.1] },
  });
  const ask = (input: string) => ada(`mutation { ${input.replaceAll('ID', `"${id}"`)} }`);
  const remove = (graceDays: number) =>
    ask(
      `deleteOrganization(input: { organizationId: ID, confirmName: "After", graceDays: ${graceDays} }) { __typename }`,
    );
  dataOf(
    await ask(
      'updateOrganization(input: { organizationId: ID, name: "After", metadata: { b: { a: null } } }) { __typename }',
    ),
  );
  const { id: apiKeyId } = await createKey(ada, id);
  for (const call of ['renameApiKey', 'rotateApiKey', 'revokeApiKey']) {
    const name = call === 'renameApiKey' ? ', name: "New"' : '';
    dataOf(await ask(`${call}(input: { apiKeyId: "${apiKeyId}"${name} }) { __typename }`));
  }
  await addMember(query, as, id, 'mem', 'MEMBER');
  expect(codesOf(await as('mem')(`{ auditLogs(organizationId: "${id}") { totalCount } }`))).toEqual(
    ['FORBIDDEN'],
  );
  const batch = await record(ada, id, [
    { scope: 'COST', action: 'bare.event' },
    {
      scope: 'SCHEDULING',
      action: 'full.event',
      email: 'ÜNI@Exämple.com',
      actor: { type: 'SERVICE', id: 'i\u2028d', name: 'Ни\tмя' },
      ...{ resourceType: 'r', resourceUID: '\u{10FFFF}\ue000', outcome: 'FAILURE' },
      details: '"quoted"\n\u007f\u0001 \u{1D306} שלום',
      changes: [{ path: 'a', from: 1.5e-7, to: { '\ue000': 1, '\u{1F600}': 2 } }],
      metadata: { z: [], '\u{1F600}': {}, '\ufb33': 1e-7, a: '\u001f' },
      ...{ ip: '2001:db8::1', userAgent: 'agent', createdAt: '0001-01-01T00:00:00.001Z' },
    },
    { scope: 'DEPLOYMENT', action: 'system.event', actor: { type: 'SYSTEM' } },
  ]);
  expect(batch.recordedCount).toBe(3);
  const operator = openSystemSession(database, clock, 'operator');
  const { parts } = await exportAuditLogs(operator, id, { format: 'NDJSON' });
  for await (const { lastSequence } of parts) expect(lastSequence).toBeLessThan(100);
  await recordTheRest(operator, id as OrganizationId);
  dataOf(await remove(5));
  dataOf(await ask('restoreOrganization(input: { organizationId: ID }) { __typename }'));
  dataOf(await remove(0));
  return id;
}

const id = await logOfEverything();
const rows = await rowsOf(id);

test('the log under test holds every action of the catalogue and events of every origin', () => {
  const actions = new Set(rows.map(({ action }) => action));
  expect(Object.keys(CATALOGUE).filter((action) => !actions.has(action))).toEqual([]);
  expect(new Set(rows.map(({ origin }) => origin))).toEqual(new Set(['SERVER', 'PRODUCER']));
});

test('an outsider computes every commitment, body and leaf from plain columns, and the tree from the leaves', async () => {
  expect(rows.map(({ sequence }) => Number(sequence))).toEqual(rows.map((_, index) => index + 1));
  expect(rows.map((row) => faultsOf(row, id))).toEqual(rows.map(() => []));
  const ledger = await ledgerOf(id);
  expect(Number(ledger['size'])).toBe(rows.length);
  expect(hex(ledger['root'])).toBe(hex(rootOf(rows.map((row) => row['leafHash']))));
});

test('the frontier is the roots of the perfect subtrees, largest first', async () => {
  const peaks: string[] = [];
  for (let from = 0; from < rows.length; ) {
    const width = 2 ** Math.floor(Math.log2(rows.length - from));
    peaks.push(hex(rootOf(rows.slice(from, from + width).map((row) => row['leafHash']))));
    from += width;
  }
  expect(peaks.length).toBeGreaterThan(1);
  expect(hex((await ledgerOf(id))['frontier'])).toBe(peaks.join(''));
});

/** Where an entry is kept: no part of what it says. */
const UNSAID = ['ledgerId'];

/** The same value with its last byte, or its number, another. */
function altered(column: string, value: Data): Data {
  if (column === 'changes') return JSON.stringify([...JSON.parse(value ?? '[]'), null]);
  if (column === 'metadata') return JSON.stringify({ ...JSON.parse(value), '~': 1 });
  if (value === null) return 'x';
  if (/^sequence$|Ms$/.test(column)) return BigInt(value) + 1n;
  if (typeof value === 'string') return `${value}!`;
  const bytes = Buffer.from(value);
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  return bytes;
}

const columns = Object.keys(rows[0] ?? {}).filter((column) => !UNSAID.includes(column));

test.each(columns)('a changed %s is noticed, in whatever entry', (column) => {
  const noticed = rows.filter((row) => {
    const forged = { ...row, [column]: altered(column, row[column]) };
    return faultsOf(forged, id).length > 0;
  });
  expect(noticed).toHaveLength(rows.length);
});

test('an entry taken out, moved or carried to another organization is noticed', async () => {
  const root = hex((await ledgerOf(id))['root']);
  const leaves: Uint8Array[] = rows.map((row) => row['leafHash']);
  expect(hex(rootOf(leaves.slice(1)))).not.toBe(root);
  expect(hex(rootOf(leaves.slice(0, -1)))).not.toBe(root);
  expect(hex(rootOf(leaves.toReversed()))).not.toBe(root);
  const [first] = rows;
  expect(faultsOf(first ?? {}, 'org_01h455vb4pex5vsknk084sn02q')).toEqual(['leafHash']);
});
