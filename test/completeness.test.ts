import { expect, test } from 'vitest';
import { schema } from '../src/schema.ts';
import { type Client, type Data, dataOf, startServer } from './support/client.ts';
import { createHold } from './support/holds.ts';
import { createKey } from './support/isolation-tenant.ts';
import { memberCalls } from './support/member-calls.ts';
import { invite } from './support/members.ts';
import { createOrganization, logOf } from './support/organizations.ts';
import { setRetention } from './support/retention.ts';
import { createTeam, teamCalls, userIdOf } from './support/teams.ts';

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

/** A call on a team that is made before it; `member` says whether the caller is in it. */
function onTeam(
  mutation: (teamId: string, userId: string) => string,
  { member = false } = {},
): Pick<Call, 'document' | 'prepare'> {
  let [teamId, userId] = ['', ''];
  return {
    prepare: async (client, id) => {
      userId = await userIdOf(client);
      teamId = (await createTeam(client, id, 'Team')).id;
      if (member) await teamCalls.addMember(client, { teamId, userId });
    },
    document: () => `mutation { ${mutation(teamId, userId)} { __typename } }`,
  };
}

const resource = (id: string) => `organizationId: "${id}", resourceUID: "uid"`;
const CREATE_RESOURCE = (id: string) =>
  `mutation { createResource(input: { ${resource(id)}, type: "thing", name: "Thing", scope: COST }) { ... on CreateResourceSuccess { resource { id } } } }`;

/** A call on the newest entry, which tells of an update. */
function onUpdate(mutation: (auditLogId: string) => string): Pick<Call, 'document' | 'prepare'> {
  let auditLogId = '';
  return {
    prepare: async (client, id) => {
      await client(
        `mutation { updateOrganization(input: { organizationId: "${id}", name: "Changed" }) { __typename } }`,
      );
      auditLogId = (await logOf(client, id)).at(-1).id;
    },
    document: () => `mutation { ${mutation(auditLogId)} { __typename } }`,
  };
}

/** A call on a legal hold that is made before it. */
function onHold(mutation: (legalHoldId: string) => string): Pick<Call, 'document' | 'prepare'> {
  let legalHoldId = '';
  return {
    prepare: async (client, id) => {
      legalHoldId = (await createHold(client, id, {})).id;
    },
    document: () => `mutation { ${mutation(legalHoldId)} { __typename } }`,
  };
}

/** A key that was disabled by a restore. */
function onDisabledKey(mutation: (apiKeyId: string) => string) {
  const { prepare, document } = onKey(mutation);
  return {
    document,
    prepare: async (client: Client, id: string) => {
      await prepare?.(client, id);
      await client(DELETE(id));
      await client(
        `mutation { restoreOrganization(input: { organizationId: "${id}" }) { __typename } }`,
      );
    },
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
  enableApiKey: {
    ...onDisabledKey((apiKeyId) => `enableApiKey(input: { apiKeyId: "${apiKeyId}" })`),
    leaves: ['apiKey.enabled'],
  },
  ...memberCalls(as),
  createTeam: {
    document: (id) =>
      `mutation { createTeam(input: { organizationId: "${id}", name: "Team" }) { ... on CreateTeamSuccess { team { id } } } }`,
    leaves: ['team.created'],
  },
  renameTeam: {
    ...onTeam((teamId) => `renameTeam(input: { teamId: "${teamId}", name: "Renamed" })`),
    leaves: ['team.renamed'],
  },
  deleteTeam: {
    ...onTeam((teamId) => `deleteTeam(input: { teamId: "${teamId}" })`, { member: true }),
    leaves: ['team.deleted'],
  },
  addTeamMember: {
    ...onTeam(
      (teamId, userId) => `addTeamMember(input: { teamId: "${teamId}", userId: "${userId}" })`,
    ),
    leaves: ['team.member.added'],
  },
  removeTeamMember: {
    ...onTeam(
      (teamId, userId) => `removeTeamMember(input: { teamId: "${teamId}", userId: "${userId}" })`,
      { member: true },
    ),
    leaves: ['team.member.removed'],
  },
  createResource: { document: CREATE_RESOURCE, leaves: ['resource.registered'] },
  removeResource: {
    prepare: (client, id) => client(CREATE_RESOURCE(id)),
    document: (id) =>
      `mutation { removeResource(input: { ${resource(id)} }) { ... on RemoveResourceSuccess { resource { id } } } }`,
    leaves: ['resource.removed'],
  },
  cancelRetentionChange: {
    prepare: (client, id) => setRetention(client, id, { retentionDays: 1 }),
    document: (id) =>
      `mutation { cancelRetentionChange(input: { organizationId: "${id}" }) { __typename } }`,
    leaves: ['organization.retentionChangeCancelled'],
  },
  createLegalHold: {
    document: (id) =>
      `mutation { createLegalHold(input: { organizationId: "${id}", filter: {}, reason: "Suit" }) { ... on CreateLegalHoldSuccess { legalHold { id } } } }`,
    leaves: ['legalHold.created'],
  },
  releaseLegalHold: {
    ...onHold((legalHoldId) => `releaseLegalHold(input: { legalHoldId: "${legalHoldId}" })`),
    leaves: ['legalHold.released'],
  },
  eraseSubject: {
    prepare: async (client, id) => {
      await invite(client, id, 'bob', 'MEMBER');
    },
    document: (id) =>
      `mutation { eraseSubject(input: { organizationId: "${id}", email: "bob@example.com", confirmEmail: "bob@example.com" }) { __typename } }`,
    leaves: ['auditLog.erasureBegan', 'auditLog.subjectErased'],
  },
  revertChange: {
    ...onUpdate((auditLogId) => `revertChange(input: { auditLogId: "${auditLogId}" })`),
    leaves: ['organization.changeReverted'],
  },
};

/** Every table but the log's own, row for row. */
async function stateOf(): Promise<string> {
  const tables = [
    'Organization',
    'Membership',
    'ApiKey',
    'Tombstone',
    'User',
    'Team',
    'TeamMember',
    'Resource',
    'Invitation',
    'OwnershipOffer',
    'LegalHold',
    'PendingRetention',
  ];
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
