import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { indiscretionsIn } from '../support/answer-scan.ts';
import { type Data, tokenOf } from '../support/client.ts';
import { figure, hostileRuns, isLong } from '../support/hostile.ts';
import { hostileBytes } from '../support/hostile-bytes.ts';
import type { Known } from '../support/hostile-documents.ts';
import { type Hostile, hostileRequest, NDJSON_TYPE } from '../support/hostile-requests.ts';
import { startProcess } from '../support/served.ts';
import { type Heard, type Sent, wireTo } from '../support/wire.ts';

/** Requests that are on their way at the same time. */
const AT_ONCE = 12;
/** What the second half may add to the process: far more than chance does, far less than a leak. */
const GROWTH_MIB = 200;
const { numRuns, seed, parameters } = hostileRuns({ short: 30, long: 3_000 });
const server = await startProcess({ LOG_LEVEL: 'info' });
const wire = wireTo(server.port);
const token = await tokenOf('ada');

async function graphql(query: string, variables: object = {}): Promise<Data> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const body = Buffer.from(JSON.stringify({ query, variables }));
  const heard = await wire.send({ method: 'POST', path: '/graphql', headers, body });
  const { data, errors } = JSON.parse(heard.body.toString());
  expect(errors ?? []).toEqual([]);
  return data;
}

const CREATE =
  'mutation { createOrganization(input: { name: "Beset" }) { ... on CreateOrganizationSuccess { organization { id } } } }';
const KEY =
  'mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) { ... on CreateApiKeySuccess { secret } } }';
const LOG = 'query($id: ID!) { auditLogs(organizationId: $id) { edges { cursor node { id } } } }';

const organizationId: string = (await graphql(CREATE)).createOrganization.organization.id;
const key = { organizationId, name: 'Key', permissions: ['auditLog:read', 'auditLog:record'] };
const { secret } = (await graphql(KEY, { input: key })).createApiKey;
const [{ cursor, node }] = (await graphql(LOG, { id: organizationId })).auditLogs.edges;
const known: Known = { token, secret, organizationId, logId: node.id, cursor };

/** The events that are right, by the name of what they are about: each must be found once at the end. */
const acknowledged: string[] = [];
let eventCount = 0;
const tally: Record<string, number> = {};
const statuses: Record<string, number> = {};

function right(): { uid: string; text: string } {
  eventCount += 1;
  const uid = `right-${eventCount}`;
  const event = { scope: 'COST', action: 'right.recorded', resourceUID: uid, idempotencyKey: uid };
  return { uid, text: JSON.stringify(event) };
}

const signed = { authorization: `Bearer ${secret}` };

/** Events that are right, sent by each of the ways there are; every one must be acknowledged. */
async function recordRight(way: number): Promise<void> {
  const [one, other] = [right(), right()];
  const noise = ['{"scope":', '\ufffe', '{"scope":"COST","action":"a.b","metadata":[]}', '', '[]'];
  const lines = [one.text, noise[way % noise.length], other.text, noise[(way + 1) % noise.length]];
  const stream = Buffer.from(lines.join('\n'));
  const ways: readonly Sent[] = [
    {
      ...{ method: 'POST', path: '/api/audit-logs', body: stream },
      headers: { ...signed, ...NDJSON_TYPE },
    },
    {
      ...{ method: 'POST', path: '/api/audit-logs', body: gzipSync(stream) },
      headers: { ...signed, ...NDJSON_TYPE, 'content-encoding': 'gzip' },
    },
    {
      ...{ method: 'POST', path: '/api/audit-logs' },
      headers: { ...signed, 'content-type': 'application/json' },
      body: Buffer.from(`[${one.text},7,${other.text}]`),
    },
    {
      ...{ method: 'POST', path: '/graphql' },
      headers: { ...signed, 'content-type': 'application/json' },
      body: Buffer.from(
        `{"query":"mutation($e:[AuditLogInput!]!){recordAuditLogs(input:{events:$e}){...on RecordAuditLogsSuccess{receipts{status}}}}","variables":{"e":[${one.text},${other.text}]}}`,
      ),
    },
  ];
  const sent = ways[way % ways.length] as Sent;
  const heard = await wire.send(sent);
  const text = heard.body.toString();
  const count = text.match(/"RECORDED"/g)?.length ?? 0;
  if (count !== 2)
    throw new Error(`Not both were recorded: ${heard.status} ${text.slice(0, 1000)}`);
  acknowledged.push(one.uid, other.uid);
}

/** What is wrong with an answer; nothing for a refusal in good order. */
function problemsWith({ status, type, body }: Heard, request: string): string[] {
  // GraphiQL's page is a program, the same for everybody.
  const isText = (/json|text|graphql/.test(type) && !type.startsWith('text/html')) || type === '';
  const text = isText ? body.toString() : '';
  return [
    ...(status >= 500 ? [`status ${status}`] : []),
    ...(text.includes('INTERNAL_SERVER_ERROR') ? ['INTERNAL_SERVER_ERROR'] : []),
    ...indiscretionsIn(text, request),
    ...(server.isAlive() ? [] : ['the process ended']),
  ];
}

function note(kind: string, { status }: Heard): void {
  tally[kind] = (tally[kind] ?? 0) + 1;
  statuses[status] = (statuses[status] ?? 0) + 1;
}

async function attack({ kind, sent }: Hostile): Promise<void> {
  const heard = await wire
    .send(sent)
    .catch((error: Error) => describe(kind, sent, [error.message]));
  note(kind, heard);
  const request = `${sent.path} ${JSON.stringify(sent.headers)} ${Buffer.from(sent.body)}`;
  const problems = problemsWith(heard, request);
  if (problems.length > 0) describe(kind, sent, [...problems, heard.body.toString().slice(0, 600)]);
}

function describe(kind: string, sent: Sent, problems: readonly string[]): never {
  const body = Buffer.from(sent.body);
  throw new Error(
    [
      ...[...problems, kind, `${sent.method} ${sent.path.slice(0, 500)}`],
      ...[JSON.stringify(sent.headers).slice(0, 1_500), body.toString().slice(0, 1_500)],
      ...[
        `body in base64: ${body.toString('base64').slice(0, 4_000)}`,
        server.output().slice(-2_500),
      ],
    ].join('\n'),
  );
}

async function attackRaw(bytes: Uint8Array): Promise<void> {
  const sent = { method: 'raw', path: '', headers: {}, body: bytes };
  const heard = await wire
    .sendRaw(bytes)
    .catch((error: Error) => describe('bytes', sent, [error.message]));
  note('bytes', heard);
  const problems = problemsWith(heard, Buffer.from(bytes).toString());
  if (problems.length > 0) describe('bytes', sent, [...problems, heard.body.toString()]);
}

const attacks = fc.array(hostileRequest(known), { minLength: 1, maxLength: AT_ONCE, size: 'max' });

test('whatever is sent, it is answered in good order, and no event that was right is lost or doubled', async () => {
  let runs = 0;
  const memory: (number | null)[] = [];
  await fc.assert(
    fc.asyncProperty(attacks, hostileBytes(known), async (requests, bytes) => {
      if (runs % Math.ceil(numRuns / 4) === 0) memory.push(server.residentMiB());
      runs += 1;
      await Promise.all([...requests.map(attack), attackRaw(bytes), recordRight(runs)]);
    }),
    { ...parameters, endOnFailure: false },
  );
  memory.push(server.residentMiB());
  for (const path of ['/health', '/ready']) {
    const heard = await wire.send({ method: 'GET', path, headers: {}, body: new Uint8Array(0) });
    expect(heard.status).toBe(200);
  }
  const stored = await server.query<Data>(
    'SELECT "resourceUID" AS uid, COUNT(*) AS count FROM "AuditLog" WHERE "action" = $1 GROUP BY 1',
    ['right.recorded'],
  );
  expect(stored.map(({ uid }) => uid).sort()).toEqual([...acknowledged].sort());
  expect(stored.filter(({ count }) => Number(count) !== 1)).toEqual([]);
  const inputs = Object.values(tally).reduce((sum, count) => sum + count, 0);
  if (isLong) {
    expect(inputs).toBeGreaterThanOrEqual(20_000);
    expect((memory.at(-1) ?? 0) - (memory.at(-3) ?? 0), `${memory}`).toBeLessThan(GROWTH_MIB);
  }
  figure('input fuzz', {
    seed,
    inputs,
    byKind: tally,
    byStatus: statuses,
    serverErrors: 0,
    hangs: 0,
  });
  figure('events among them', { recorded: acknowledged.length, lost: 0, doubled: 0 });
  figure('resident MiB after each quarter', memory);
  wire.close();
});
