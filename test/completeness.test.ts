import { expect, test } from 'vitest';
import { schema } from '../src/schema.ts';
import { type Client, type Data, dataOf, startServer } from './support/client.ts';
import { createKey } from './support/isolation-tenant.ts';
import { createOrganization } from './support/organizations.ts';

const { as, query } = await startServer();
const ada = as('ada');

interface Call {
  /** One valid call; `id` is an organization of the caller's, in a state in which it succeeds. */
  readonly document: (id: string) => string;
  /** What must hold before it. */
  readonly prepare?: (client: Client, id: string) => Promise<unknown>;
  /** The entries it leaves, in order; or why it leaves none. */
  readonly leaves: readonly string[] | { readonly nothingSince: string };
  /** It makes an organization of its own, whose log is the one to look at. */
  readonly founds?: true;
}

const DELETE = (id: string) =>
  `mutation { deleteOrganization(input: { organizationId: "${id}", confirmName: "Complete" }) { ... on DeleteOrganizationSuccess { organizationId } } }`;

/** A call on a key that is made before it. */
function onKey(mutation: (apiKeyId: string) => string): Pick<Call, 'document' | 'prepare'> {
  let apiKeyId = '';
  return {
    prepare: async (client, id) => {
      apiKeyId = (await createKey(client, id)).id;
    },
    document: () => `mutation { ${mutation(apiKeyId)} { __typename } }`,
  };
}

/** Every mutation of the schema. A new one fails the first test until it has its line here. */
const CALLS: Record<string, Call> = {
  createOrganization: {
    document: () =>
      'mutation { createOrganization(input: { name: "Founded" }) { ... on CreateOrganizationSuccess { organization { id } } } }',
    leaves: ['organization.created'],
    founds: true,
  },
  updateOrganization: {
    document: (id) =>
      `mutation { updateOrganization(input: { organizationId: "${id}", name: "Changed" }) { ... on UpdateOrganizationSuccess { organization { id } } } }`,
    leaves: ['organization.updated'],
  },
  deleteOrganization: { document: DELETE, leaves: ['organization.deletionScheduled'] },
  restoreOrganization: {
    document: (id) =>
      `mutation { restoreOrganization(input: { organizationId: "${id}" }) { ... on RestoreOrganizationSuccess { organization { id } } } }`,
    prepare: (client, id) => client(DELETE(id)),
    leaves: ['organization.restored'],
  },
  selectOrganization: {
    document: (id) =>
      `mutation { selectOrganization(input: { organizationId: "${id}" }) { ... on SelectOrganizationSuccess { organization { id } } } }`,
    leaves: { nothingSince: 'it changes only what the caller sees' },
  },
  recordAuditLogs: {
    document: (id) =>
      `mutation { recordAuditLogs(input: { organizationId: "${id}", events: [{ scope: COST, action: "one.recorded" }, { scope: COST, action: "two.recorded" }] }) { ... on RecordAuditLogsSuccess { recordedCount } } }`,
    leaves: ['one.recorded', 'two.recorded'],
  },
  createApiKey: {
    document: (id) =>
      `mutation { createApiKey(input: { organizationId: "${id}", name: "Key", permissions: ["auditLog:record"] }) { ... on CreateApiKeySuccess { apiKey { id } } } }`,
    leaves: ['apiKey.created'],
  },
  renameApiKey: {
    ...onKey((apiKeyId) => `renameApiKey(input: { apiKeyId: "${apiKeyId}", name: "Renamed" })`),
    leaves: ['apiKey.renamed'],
  },
  revokeApiKey: {
    ...onKey((apiKeyId) => `revokeApiKey(input: { apiKeyId: "${apiKeyId}" })`),
    leaves: ['apiKey.revoked'],
  },
  rotateApiKey: {
    ...onKey((apiKeyId) => `rotateApiKey(input: { apiKeyId: "${apiKeyId}" })`),
    leaves: ['apiKey.rotated'],
  },
};

/** Every table but the log's own, row for row. */
async function stateOf(): Promise<string> {
  const tables = ['Organization', 'Membership', 'ApiKey', 'Tombstone', 'User'];
  const rows = await Promise.all(tables.map((table) => query(`SELECT * FROM "${table}"`)));
  return JSON.stringify(rows, (_key, value) => (typeof value === 'bigint' ? String(value) : value));
}

const entriesOf = async (): Promise<{ ledger: string; action: string }[]> =>
  (await query<Data>(
    'SELECT l."organizationId" AS "ledger", e."action" FROM "AuditLog" e JOIN "Ledger" l ON l."id" = e."ledgerId" ORDER BY e."ledgerId", e."sequence"',
  )) as { ledger: string; action: string }[];

test('every mutation of the schema stands here', () => {
  const mutations = Object.keys(schema.getMutationType()?.getFields() ?? {});
  expect(mutations.length).toBeGreaterThan(6);
  expect(Object.keys(CALLS).sort()).toEqual(mutations.sort());
});

test.each(Object.entries(CALLS))('%s leaves exactly its entries', async (name, call) => {
  const { id } = await createOrganization(ada, { name: 'Complete' });
  await call.prepare?.(ada, id);
  const [before, stateBefore] = [await entriesOf(), await stateOf()];
  const result = dataOf(await ada(call.document(id)))[name];
  expect(Object.keys(result), 'it succeeded').not.toEqual([]);
  const after = await entriesOf();
  const log = call.founds ? result.organization.id : id;
  const left = after.filter(({ ledger }) => ledger === log).map(({ action }) => action);
  const had = before.filter(({ ledger }) => ledger === log).length;
  const expected = 'nothingSince' in call.leaves ? [] : call.leaves;
  expect(left.slice(had)).toEqual(expected);
  expect(after.length - before.length, 'and none in another log').toBe(expected.length);
  if (name !== 'recordAuditLogs')
    expect(await stateOf(), 'it changed something').not.toBe(stateBefore);
});
