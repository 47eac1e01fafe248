import { expect, test } from 'vitest';
import { purgeDue } from '../src/features/organization/purge-organization.ts';
import { DAY_MS } from '../src/kernel/clock.ts';
import { openSystemSession } from '../src/ledger/session.ts';
import { type Client, codesOf, type Data, dataOf, startServer } from './support/client.ts';
import { createKey } from './support/isolation-tenant.ts';
import {
  addMember,
  createOrganization,
  logOf,
  tryCreateOrganization,
} from './support/organizations.ts';
import { createTeam, teamCalls, userIdOf } from './support/teams.ts';

const { as, advance, database, clock, query, withToken } = await startServer();
const ada = as('ada');

const DELETE =
  'mutation($input: DeleteOrganizationInput!) { deleteOrganization(input: $input) { __typename ... on DeleteOrganizationSuccess { organizationId purgeAt query { viewer { type } } } ... on InvalidInputError { fields { path message } } } }';
const RESTORE =
  'mutation($id: ID!) { restoreOrganization(input: { organizationId: $id }) { __typename ... on RestoreOrganizationSuccess { organization { name slug version metadata viewerRole settings { timezone } deletion { purgeAt } } } } }';
const READ =
  'query($id: ID!) { organization(id: $id) { name deletion { requestedBy requestedAt purgeAt } } }';

const remove = async (client: Client, input: object) =>
  dataOf(await client(DELETE, { input })).deleteOrganization;

test('a deletion is scheduled, tells its owner when it cannot be undone, and is an entry', async () => {
  const { id } = await createOrganization(ada, { name: 'Going' });
  const result = await remove(ada, { organizationId: id, confirmName: 'Going' });
  expect(result).toMatchObject({ organizationId: id, query: { viewer: { type: 'USER' } } });
  const inDays = (Date.parse(result.purgeAt) - clock().getTime()) / DAY_MS;
  expect(inDays).toBeGreaterThan(29.9);
  expect(inDays).toBeLessThan(30.1);
  expect(dataOf(await ada(READ, { id })).organization).toMatchObject({
    name: 'Going',
    deletion: { requestedBy: 'ada@example.com', purgeAt: result.purgeAt },
  });
  expect((await logOf(ada, id)).at(-1)).toMatchObject({
    action: 'organization.deletionScheduled',
    metadata: { name: 'Going', graceDays: 30 },
  });
});

test('access is blocked at once: other members see nothing, and the owner cannot change it', async () => {
  const { id } = await createOrganization(ada, { name: 'Blocked' });
  await addMember(query, as, id, 'admin-of-blocked', 'ADMIN');
  const admin = as('admin-of-blocked');
  expect(dataOf(await admin(READ, { id })).organization).toMatchObject({ name: 'Blocked' });
  await remove(ada, { organizationId: id, confirmName: 'Blocked' });
  expect(dataOf(await admin(READ, { id })).organization).toBeNull();
  expect(
    codesOf(
      await admin('query($id: ID!) { auditLogs(organizationId: $id) { totalCount } }', { id }),
    ),
  ).toEqual(['NOT_FOUND']);
  const update =
    'mutation($id: ID!) { updateOrganization(input: { organizationId: $id, name: "X" }) { __typename } }';
  expect(codesOf(await ada(update, { id }))).toEqual(['CONFLICT']);
});

test('a restore gives back everything exactly, and is an entry', async () => {
  const { id, slug } = await createOrganization(ada, {
    name: 'Back',
    settings: { timezone: 'Europe/Paris' },
    metadata: { a: 1 },
  });
  await addMember(query, as, id, 'member-of-back', 'AUDITOR');
  await remove(ada, { organizationId: id, confirmName: 'Back' });
  const { restoreOrganization } = dataOf(await ada(RESTORE, { id }));
  expect(restoreOrganization.organization).toEqual({
    name: 'Back',
    slug,
    version: 3,
    metadata: { a: 1 },
    viewerRole: 'OWNER',
    settings: { timezone: 'Europe/Paris' },
    deletion: null,
  });
  const auditor = as('member-of-back');
  expect((await logOf(auditor, id)).map(({ action }) => action)).toEqual([
    'organization.created',
    'organization.deletionScheduled',
    'organization.restored',
  ]);
  expect(codesOf(await ada(RESTORE, { id }))).toEqual(['CONFLICT']);
});

test('the name must confirm, letter for letter; the grace has limits; an admin may not', async () => {
  const { id } = await createOrganization(ada, { name: 'Sure' });
  expect(await remove(ada, { organizationId: id, confirmName: 'sure' })).toMatchObject({
    __typename: 'InvalidInputError',
    fields: [{ path: ['confirmName'] }],
  });
  expect(
    await remove(ada, { organizationId: id, confirmName: 'Sure', graceDays: -1 }),
  ).toMatchObject({
    fields: [{ path: ['graceDays'] }],
  });
  await addMember(query, as, id, 'admin-of-sure', 'ADMIN');
  const denied = await as('admin-of-sure')(DELETE, {
    input: { organizationId: id, confirmName: 'Sure' },
  });
  expect(codesOf(denied)).toEqual(['FORBIDDEN']);
  expect((await logOf(ada, id)).at(-1)).toMatchObject({
    action: 'access.denied',
    outcome: 'DENIED',
    email: 'admin-of-sure@example.com',
    resourceUID: 'organization:delete',
  });
});

test('no grace purges at once: nothing is left to see or restore, and the log stays', async () => {
  const { id, slug } = await createOrganization(ada, { name: 'Gone' });
  await remove(ada, { organizationId: id, confirmName: 'Gone', graceDays: 0 });
  expect(dataOf(await ada(READ, { id })).organization).toBeNull();
  expect(codesOf(await ada(RESTORE, { id }))).toEqual(['NOT_FOUND']);
  const kept = await query<Data>(
    'SELECT e."action" FROM "AuditLog" e JOIN "Ledger" l ON l."id" = e."ledgerId" WHERE l."organizationId" = $1 ORDER BY e."sequence"',
    [id],
  );
  expect(kept.map(({ action }) => action)).toEqual(['organization.created', 'organization.purged']);
  expect(await query('SELECT 1 FROM "Membership" WHERE "organizationId" = $1', [id])).toEqual([]);
  expect(await tryCreateOrganization(as('eve'), { name: 'Heir', slug })).toMatchObject({
    __typename: 'SlugTakenError',
  });
  advance(91 * DAY_MS);
  expect(await tryCreateOrganization(as('eve'), { name: 'Heir', slug })).toMatchObject({
    __typename: 'CreateOrganizationSuccess',
  });
  advance(-91 * DAY_MS);
});

test('when the grace has run out the sweep purges, once, by the system; what is not due stays', async () => {
  const due = await createOrganization(ada, { name: 'Due' });
  const later = await createOrganization(ada, { name: 'Later' });
  await remove(ada, { organizationId: due.id, confirmName: 'Due', graceDays: 1 });
  await remove(ada, { organizationId: later.id, confirmName: 'Later', graceDays: 9 });
  const system = openSystemSession(
    database,
    () => new Date(clock().getTime() + 2 * DAY_MS),
    'purge',
  );
  const [one, two] = await Promise.all([purgeDue(system), purgeDue(system)]);
  expect(one + two).toBe(1);
  expect(dataOf(await ada(READ, { id: due.id })).organization).toBeNull();
  expect(dataOf(await ada(READ, { id: later.id })).organization).toMatchObject({ name: 'Later' });
  const [last] = await query<Data>(
    'SELECT e."action", e."actorType" FROM "AuditLog" e JOIN "Ledger" l ON l."id" = e."ledgerId" WHERE l."organizationId" = $1 ORDER BY e."sequence" DESC LIMIT 1',
    [due.id],
  );
  expect(last).toEqual({ action: 'organization.purged', actorType: 'SYSTEM' });
});

const IMPACT =
  'query($id: ID!) { deletionImpact(organizationId: $id) { organization { name } memberCount invitationCount teamCount resourceCount apiKeyCount keptAuditLogCount } }';

/** An organization with a member in a team, a resource and a key. */
async function furnished(name: string) {
  const { id } = await createOrganization(ada, { name });
  await addMember(query, as, id, 'lodger', 'ADMIN');
  const team = await createTeam(ada, id, 'Team');
  const userId = await userIdOf(as('lodger'));
  dataOf(await teamCalls.addMember(ada, { teamId: team.id, userId }));
  const input = `organizationId: "${id}", resourceUID: "r", type: "thing", name: "R", scope: COST`;
  dataOf(await ada(`mutation { createResource(input: { ${input} }) { __typename } }`));
  const key = await createKey(ada, id, { permissions: ['organization:read'] });
  return { id, team, key };
}

test('the impact counts what would go and what stays, for owners only, and changes nothing', async () => {
  const { id } = await furnished('Impact');
  expect(dataOf(await ada(IMPACT, { id })).deletionImpact).toEqual({
    organization: { name: 'Impact' },
    memberCount: 2,
    invitationCount: 0,
    teamCount: 1,
    resourceCount: 1,
    apiKeyCount: 1,
    keptAuditLogCount: 5,
  });
  expect(codesOf(await as('lodger')(IMPACT, { id }))).toEqual(['FORBIDDEN']);
  expect(codesOf(await as('eve')(IMPACT, { id }))).toEqual(['NOT_FOUND']);
  expect((await logOf(ada, id)).map(({ action }) => action).slice(4)).toEqual([
    'apiKey.created',
    'access.denied',
  ]);
});

/** Every row that an organization has, but for its own. */
const rowsOf = async (id: string): Promise<Data[]> => {
  const tables = ['Membership', 'Team', 'TeamMember', 'Resource', 'Invitation', 'OwnershipOffer'];
  return Promise.all(
    tables.map((table) => query(`SELECT * FROM "${table}" WHERE "organizationId" = $1`, [id])),
  );
};

test('a restore gives back members, teams and resources row for row; keys wait to be enabled', async () => {
  const { id, key } = await furnished('Whole');
  const revoked = await createKey(ada, id, { permissions: ['organization:read'] });
  const enable =
    'mutation($id: ID!) { enableApiKey(input: { apiKeyId: $id }) { ... on EnableApiKeySuccess { apiKey { revokedAt disabledAt } } } }';
  const revoke = 'mutation($id: ID!) { revokeApiKey(input: { apiKeyId: $id }) { __typename } }';
  dataOf(await ada(revoke, { id: revoked.id }));
  const before = await rowsOf(id);
  await remove(ada, { organizationId: id, confirmName: 'Whole' });
  dataOf(await ada(RESTORE, { id }));
  expect(await rowsOf(id)).toEqual(before);
  expect((await logOf(ada, id)).at(-1)).toMatchObject({
    action: 'organization.restored',
    metadata: { name: 'Whole', disabledApiKeyCount: 1 },
  });
  const asKey = () => withToken(key.secret)('{ currentOrganization { name } }');
  expect(codesOf(await asKey())).toEqual(['UNAUTHENTICATED']);
  expect(dataOf(await ada(enable, { id: key.id })).enableApiKey).toEqual({
    apiKey: { revokedAt: null, disabledAt: null },
  });
  expect(dataOf(await asKey()).currentOrganization).toEqual({ name: 'Whole' });
  expect((await logOf(ada, id)).at(-1).action).toBe('apiKey.enabled');
  for (const other of [key, revoked]) {
    expect(codesOf(await ada(enable, { id: other.id }))).toEqual(['CONFLICT']);
  }
});

test('a disabled key that is revoked cannot be enabled any more', async () => {
  const { id, key } = await furnished('Final');
  await remove(ada, { organizationId: id, confirmName: 'Final' });
  dataOf(await ada(RESTORE, { id }));
  const on = (field: string) =>
    ada(`mutation { ${field}(input: { apiKeyId: "${key.id}" }) { __typename } }`);
  dataOf(await on('revokeApiKey'));
  expect(codesOf(await on('enableApiKey'))).toEqual(['CONFLICT']);
});

test('a purge goes in steps: its owners lose it with the first, every row is told of, the tombstone comes last', async () => {
  const { id } = await furnished('Steps');
  for (let n = 0; n < 7; n += 1) await createTeam(ada, id, `Team ${n}`);
  await remove(ada, { organizationId: id, confirmName: 'Steps', graceDays: 1 });
  const system = openSystemSession(
    database,
    () => new Date(clock().getTime() + 2 * DAY_MS),
    'purge',
  );
  expect(await purgeDue(system, 3)).toBe(1);
  const entries = await query<Data>(
    'SELECT e."action", e."metadata" FROM "AuditLog" e JOIN "Ledger" l ON l."id" = e."ledgerId" WHERE l."organizationId" = $1 ORDER BY e."sequence"',
    [id],
  );
  const after = entries.slice(entries.findIndex(({ action }) => /Scheduled/.test(action)) + 1);
  const steps = after.map(({ action, metadata }) => [action, JSON.parse(metadata)]);
  const step = (removed: string, count: number) => [
    'organization.purgeAdvanced',
    { removed, count },
  ];
  expect(steps).toEqual([
    step('owners', 1),
    step('team members', 1),
    step('members', 1),
    step('teams', 3),
    step('teams', 3),
    step('teams', 2),
    ['organization.purged', expect.objectContaining({ name: 'Steps' })],
  ]);
  expect((await rowsOf(id)).flat()).toEqual([]);
  expect(codesOf(await ada(RESTORE, { id }))).toEqual(['NOT_FOUND']);
  expect(await query('SELECT "name" FROM "Tombstone" WHERE "organizationId" = $1', [id])).toEqual([
    { name: 'Steps' },
  ]);
});

test('without grace, what is too much for one transaction is lost to its owner at once and goes with the sweeps', async () => {
  const { id } = await furnished('Large');
  await query(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200)
     INSERT INTO "Resource" ("id", "organizationId", "resourceUID", "type", "name", "scope", "status", "createdAt", "updatedAt")
     SELECT 'res_' || i, $1, 'uid-' || i, 'thing', 'R', 'COST', 'ACTIVE', o."createdAt", o."createdAt"
     FROM n, "Organization" o WHERE o."id" = $2`,
    [id, id],
  );
  await remove(ada, { organizationId: id, confirmName: 'Large', graceDays: 0 });
  expect(dataOf(await ada(READ, { id })).organization).toBeNull();
  expect(codesOf(await ada(RESTORE, { id }))).toEqual(['NOT_FOUND']);
  expect(await purgeDue(openSystemSession(database, clock, 'purge'))).toBe(1);
  expect((await rowsOf(id)).flat()).toEqual([]);
  const told = await query<Data>(
    `SELECT e."actorType" FROM "AuditLog" e JOIN "Ledger" l ON l."id" = e."ledgerId" WHERE l."organizationId" = $1 AND e."action" LIKE 'organization.purge%' ORDER BY e."sequence"`,
    [id],
  );
  expect(told.map(({ actorType }) => actorType)).toEqual(['USER', ...Array(6).fill('SYSTEM')]);
});
