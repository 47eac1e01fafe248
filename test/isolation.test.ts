import { expect, test } from 'vitest';
import { type Answer, type Client, type Data, dataOf, startServer } from './support/client.ts';
import { ASKS, NESTED, organizationOf } from './support/isolation-asks.ts';
import {
  documentOf,
  fieldsAskedAlone,
  idPlaces,
  nodeTypes,
  rootFields,
  valueAt,
  without,
} from './support/isolation-schema.ts';
import {
  type Ask,
  CANARY,
  createKey,
  formerMember,
  plantTenant,
  stateOf,
  type Target,
  twinOf,
} from './support/isolation-tenant.ts';
import { leaksIn as tenantLeaksIn, told } from './support/isolation-verdict.ts';
import { createOrganization, record } from './support/organizations.ts';

const server = await startServer();
const { as, query, withToken } = server;
const owner = as('canary-owner');

// One tenant that lives, one whose deletion is scheduled, one that is gone; and those who ask.

const living = await plantTenant(owner, as);
const scheduled = await plantTenant(owner, as, 9);
const purged = await plantTenant(owner, as, 0);
const tenants = { living, scheduled, purged };
const tenantIds = Object.values(tenants).map(organizationOf);
const secrets = Object.values(tenants).flatMap(({ nodes, logIds }) => [
  ...Object.values(nodes),
  ...logIds,
]);

const mallory = as('mallory');
const { id: malloryOrganization } = await createOrganization(mallory, { name: 'Own' });
await record(mallory, malloryOrganization, [{ scope: 'COST', action: 'own.event' }]);
const malloryKey = await createKey(mallory, malloryOrganization, { name: 'Own' });
dataOf(await as('nobody')('{ viewer { type } }'));

/** Everyone who has nothing to do with the tenants, or not any more. */
const PEOPLE: Record<string, string> = {
  'a person of another organization': 'mallory',
  'a person of no organization': 'nobody',
};
for (const role of ['OWNER', 'ADMIN', 'AUDITOR', 'MEMBER'])
  PEOPLE[`a former ${role}`] = await formerMember(server, organizationOf(living), role);
const STRANGERS: [string, Client][] = [
  ...Object.entries(PEOPLE).map(([who, name]): [string, Client] => [who, as(name)]),
  ['an API key of another organization', withToken(malloryKey.secret)],
];

const stateBefore = await stateOf(server, tenantIds);

const wordsOf = ({ slug, email, cursor, nodes }: Target): string[] => [
  ...[slug, email, cursor],
  ...Object.values(nodes),
];

/** What an answer says of the tenants beyond what the caller said itself. */
const leaksIn = (text: string): string[] => tenantLeaksIn(text, secrets);

/** The request id would differ by itself. */
const headers = { 'x-request-id': 'the-same-each-time' };

/**
 * Asks about a real thing and about its twin that never was: the answers must be the same, byte for
 * byte, and hold nothing of the tenant.
 */
async function expectNothing(
  ask: (target: Target) => Promise<Answer>,
  target: Target,
  what: string,
): Promise<void> {
  const twin = twinOf(target);
  const [real, never] = [await ask(target), await ask(twin)];
  const text = told(real, wordsOf(target));
  expect(text, `${what}: existing or not looks the same`).toBe(told(never, wordsOf(twin)));
  expect(leaksIn(text), `${what}: nothing of the tenant`).toEqual([]);
  expect(real.status, what).toBeLessThan(500);
  // A document that nobody may send would be refused alike for all, and show nothing.
  const codes = (real.errors ?? []).map(({ extensions }) => extensions?.code);
  expect(
    codes.filter((code) => UNASKED.test(code ?? '')),
    `${what}: it was asked`,
  ).toEqual([]);
}

/** Codes of an answer in which no resolver had its say, or in which one failed. */
const UNASKED =
  /^(INTERNAL_SERVER_ERROR|UNAUTHENTICATED|QUERY_TOO_COMPLEX|PAYLOAD_TOO_LARGE|GRAPHQL_.*)?$/;

test('every field of Query and Mutation, every guarded field below and every node type is asked for', () => {
  expect(Object.keys(ASKS).sort()).toEqual([...rootFields.keys()].sort());
  expect(Object.keys(NESTED).sort()).toEqual([...fieldsAskedAlone].sort());
  expect(Object.keys(living.nodes).sort()).toEqual([...nodeTypes].sort());
});

test('every place that takes an id is given one of the tenant', () => {
  const places = [...rootFields].flatMap(([coordinate, field]) =>
    idPlaces(field).map(({ path }) => ({ coordinate, path })),
  );
  expect(places.length).toBeGreaterThan(9);
  const ids = Object.values(living.nodes);
  const missing = places.filter(
    ({ coordinate, path }) =>
      !ASKS[coordinate]?.some((ask) => ids.includes(valueAt(ask(living), path))),
  );
  expect(missing).toEqual([]);
});

/** Columns whose values are not the tenant's own words: ids, words of a list, marks of the server. */
const NOT_WORDS =
  /^(id|organizationId|userId|invitedById|createdById|scopeRetention|fromUserId|toUserId|pendingFor|selectedOrganizationId|role|status|scope|scopes|outcome|origin|actorType|correlationId|requestId|permissions|prefix|sequence|size|firstKeptSequence|ip|slugReservedUntil|.*At|.*Ms)$/;

test('there is a canary in every text that a tenant has', async () => {
  const id = organizationOf(living);
  const ofLedger =
    'WHERE "ledgerId" = (SELECT "id" FROM "Ledger" WHERE "organizationId" = $1) AND "action" LIKE \'canary%\'';
  const rows: Record<string, Data[]> = {
    Organization: await query('SELECT * FROM "Organization" WHERE "id" = $1', [id]),
    ApiKey: await query('SELECT * FROM "ApiKey" WHERE "organizationId" = $1', [id]),
    Team: await query('SELECT * FROM "Team" WHERE "organizationId" = $1', [id]),
    Invitation: await query(
      'SELECT * FROM "Invitation" WHERE "organizationId" = $1 AND "status" = \'PENDING\'',
      [id],
    ),
    OwnershipOffer: await query('SELECT * FROM "OwnershipOffer" WHERE "organizationId" = $1', [id]),
    LegalHold: await query('SELECT * FROM "LegalHold" WHERE "organizationId" = $1', [id]),
    Resource: await query('SELECT * FROM "Resource" WHERE "organizationId" = $1', [id]),
    User: await query('SELECT * FROM "User" WHERE "id" = $1', [living.nodes['User']]),
    AuditLog: await query(`SELECT * FROM "AuditLog" ${ofLedger}`, [id]),
    Tombstone: await query('SELECT * FROM "Tombstone" WHERE "organizationId" = $1', [
      organizationOf(purged),
    ]),
  };
  const bare = Object.entries(rows).flatMap(([table, found]) => {
    expect(found, table).not.toEqual([]);
    return found.flatMap((row) =>
      Object.entries(row)
        .filter(([column, value]) => typeof value === 'string' && !NOT_WORDS.test(column))
        .filter(([, value]) => !CANARY.test(String(value)))
        .map(([column, value]) => `${table}.${column}: ${value}`),
    );
  });
  expect(bare).toEqual([]);
  const [scheduledRow] = await query<Data>('SELECT * FROM "Organization" WHERE "id" = $1', [
    organizationOf(scheduled),
  ]);
  expect(scheduledRow.deletionRequestedByEmail).toMatch(CANARY);
});

test('the tenant’s owner meets the canaries: the asks do reach what they ask for', async () => {
  for (const coordinate of [
    'Query.organization',
    'Query.auditLogs',
    'Query.auditLog',
    'Query.nodes',
  ]) {
    const [ask] = ASKS[coordinate] ?? [];
    const answer = await owner(documentOf(coordinate), ask?.(living));
    expect(leaksIn(told(answer, [])), coordinate).not.toEqual([]);
  }
});

test.each(STRANGERS)('%s learns nothing, whatever they ask by argument', async (_who, client) => {
  for (const [state, tenant] of Object.entries(tenants)) {
    for (const [coordinate, asks] of Object.entries(ASKS)) {
      const document = documentOf(coordinate);
      for (const [index, ask] of asks.entries()) {
        await expectNothing(
          (target) => client(document, ask(target), headers),
          tenant,
          `${coordinate} ${index} of the ${state}`,
        );
      }
    }
    for (const [coordinate, { document, variables }] of Object.entries(NESTED)) {
      await expectNothing(
        (target) => client(document, variables(target), headers),
        tenant,
        `${coordinate} of the ${state}`,
      );
    }
  }
  expect(await stateOf(server, tenantIds), 'and changes nothing').toBe(stateBefore);
});

/** A root field's call that leaves it to the request which organization is meant. */
function bareAsk(coordinate: string): Ask {
  const field = rootFields.get(coordinate);
  const places = field ? idPlaces(field).filter(({ isOptional }) => isOptional) : [];
  const [ask] = ASKS[coordinate] ?? [];
  return (target) => places.reduce((args, { path }) => without(args, path), ask?.(target) ?? {});
}

test.each(STRANGERS)('%s learns nothing by the X-Organization-Id header', async (_who, client) => {
  for (const coordinate of Object.keys(ASKS)) {
    const ask = (target: Target) =>
      client(documentOf(coordinate), bareAsk(coordinate)(target), {
        ...headers,
        'x-organization-id': organizationOf(target),
      });
    await expectNothing(ask, living, `${coordinate} of the living`);
    await expectNothing(ask, purged, `${coordinate} of the purged`);
  }
  expect(await stateOf(server, tenantIds), 'and changes nothing').toBe(stateBefore);
});

test.each(Object.entries(PEOPLE))('%s learns nothing by the org_id claim', async (_who, name) => {
  for (const coordinate of Object.keys(ASKS)) {
    const ask = (target: Target) =>
      as(name, { org_id: organizationOf(target) })(
        documentOf(coordinate),
        bareAsk(coordinate)(target),
        headers,
      );
    await expectNothing(ask, living, coordinate);
  }
  expect(await stateOf(server, tenantIds), 'and changes nothing').toBe(stateBefore);
});

test('another tenant’s idempotency key is like any other: the event is recorded', async () => {
  for (const [client, key] of [
    [mallory, 'canary-key'],
    [withToken(malloryKey.secret), 'canary-other-key'],
  ] as const) {
    const event = { scope: 'COST', action: 'a.b', idempotencyKey: key };
    const result = await record(client, malloryOrganization, [event]);
    expect(result).toMatchObject({ recordedCount: 1, rejectedCount: 0 });
    expect(leaksIn(JSON.stringify(result))).toEqual([]);
  }
});

test('an actor that a producer names is shown as an account only to who may see that account', async () => {
  const named = await record(mallory, malloryOrganization, [
    { scope: 'COST', action: 'a.b', actor: { type: 'USER', id: living.nodes['User'] } },
    { scope: 'COST', action: 'a.b', actor: { type: 'USER', id: twinOf(living).nodes['User'] } },
  ]);
  const ids = named.receipts.map(({ auditLog }: Data) => auditLog.id);
  const { nodes } = dataOf(await mallory(documentOf('Query.nodes'), { ids }));
  expect(nodes.map(({ actor }: Data) => actor.user)).toEqual([null, null]);
});

test('a key that was revoked, or whose organization is gone, is refused like one that never was', async () => {
  const key = await createKey(owner, organizationOf(living));
  await query('UPDATE "ApiKey" SET "revokedAt" = "createdAt" WHERE "id" = $1', [key.id]);
  const ask = (secret: string) => withToken(secret)('{ viewer { type } }', {}, headers);
  const refused = told(await ask(malloryKey.secret.slice(0, -1)), []);
  expect(refused).toContain('UNAUTHENTICATED');
  for (const secret of [key.secret, purged.secret]) {
    expect(told(await ask(secret), [])).toBe(refused);
  }
});

test('a key of an organization whose deletion is scheduled sees nothing but itself', async () => {
  const key = withToken(scheduled.secret);
  const others = Object.entries(scheduled.nodes).filter(([type]) => type !== 'ApiKey');
  const { nodes } = dataOf(
    await key(documentOf('Query.nodes'), { ids: others.map(([, id]) => id) }),
  );
  expect(nodes).toEqual(others.map(() => null));
  const answer = await key(documentOf('Query.auditLogs'), {});
  expect(leaksIn(told(answer, wordsOf(scheduled)))).toEqual([]);
});
