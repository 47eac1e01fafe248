import { expect, test } from 'vitest';
import { PERMISSIONS } from '../src/kernel/permission.ts';
import { ROLES } from '../src/kernel/vocabulary.ts';
import { codesOf, type Data, dataOf, startServer } from './support/client.ts';
import { call, invite, join, rolesOf, userIdOf } from './support/members.ts';
import { createOrganization, logOf } from './support/organizations.ts';

const { as } = await startServer();

/** An organization of `owner` with an admin and a member, all with names of their own. */
async function staffed(name: string) {
  const owner = as(`${name}-owner`);
  const { id } = await createOrganization(owner, { name });
  const adminId = await join(owner, as, id, `${name}-admin`, 'ADMIN');
  const memberId = await join(owner, as, id, `${name}-member`, 'MEMBER');
  const admin = as(`${name}-admin`);
  return { id, owner, ownerId: await userIdOf(owner), admin, adminId, memberId };
}

const lastOf = async (client: Parameters<typeof logOf>[0], id: string): Promise<Data> =>
  (await logOf(client, id)).at(-1);

test('a change of role is recorded with both roles, and holds from the next request on', async () => {
  const { id, owner, memberId } = await staffed('role');
  const input = { organizationId: id, userId: memberId, role: 'AUDITOR' };
  const result = await call(owner, 'changeMemberRole', input, 'member { role user { email } }');
  expect(result.member).toEqual({ role: 'AUDITOR', user: { email: 'role-member@example.com' } });
  expect(await lastOf(owner, id)).toMatchObject({
    action: 'member.roleChanged',
    scope: 'PLATFORM',
    resourceType: 'user',
    resourceUID: memberId,
    details: 'Changed the role of role-member@example.com from MEMBER to AUDITOR',
    changes: [{ path: `members.${memberId}.role`, from: 'MEMBER', to: 'AUDITOR' }],
  });
  expect((await logOf(as('role-member'), id)).length).toBeGreaterThan(3);
  expect(await call(owner, 'changeMemberRole', input)).toMatchObject({
    code: 'BAD_USER_INPUT',
    fields: [{ path: ['role'] }],
  });
});

test('only owners make, demote and remove owners', async () => {
  const { id, owner, ownerId, admin, adminId, memberId } = await staffed('grant');
  const refused = { __typename: 'RoleNotGrantableError', code: 'ROLE_NOT_GRANTABLE' };
  const change = (userId: string, role: string) =>
    call(admin, 'changeMemberRole', { organizationId: id, userId, role });
  expect(await change(memberId, 'OWNER')).toMatchObject(refused);
  expect(await change(adminId, 'OWNER')).toMatchObject(refused);
  expect(await change(ownerId, 'MEMBER')).toMatchObject(refused);
  expect(await call(admin, 'removeMember', { organizationId: id, userId: ownerId })).toMatchObject(
    refused,
  );
  expect(
    await call(admin, 'createInvitation', {
      organizationId: id,
      email: 'x@example.com',
      role: 'OWNER',
    }),
  ).toMatchObject(refused);
  expect(await rolesOf(owner, id)).toEqual({
    'grant-owner@example.com': 'OWNER',
    'grant-admin@example.com': 'ADMIN',
    'grant-member@example.com': 'MEMBER',
  });
});

test('the last owner cannot leave, be demoted or be removed; with a second one they can', async () => {
  const { id, owner, ownerId, adminId } = await staffed('last');
  const which = { organizationId: id, userId: ownerId };
  const refused = { __typename: 'LastOwnerError', code: 'LAST_OWNER' };
  expect(await call(owner, 'leaveOrganization', { organizationId: id })).toMatchObject(refused);
  expect(await call(owner, 'removeMember', which)).toMatchObject(refused);
  expect(await call(owner, 'changeMemberRole', { ...which, role: 'ADMIN' })).toMatchObject(refused);
  await call(owner, 'changeMemberRole', { organizationId: id, userId: adminId, role: 'OWNER' });
  expect(await call(owner, 'leaveOrganization', { organizationId: id })).toMatchObject({
    __typename: 'LeaveOrganizationSuccess',
  });
  const other = as('last-admin');
  expect(await rolesOf(other, id)).toEqual({
    'last-admin@example.com': 'OWNER',
    'last-member@example.com': 'MEMBER',
  });
  expect(await lastOf(other, id)).toMatchObject({
    action: 'member.left',
    details: 'last-owner@example.com, who was OWNER, left',
    changes: [{ path: `members.${ownerId}.role`, from: 'OWNER', to: null }],
  });
});

test('who is removed may not even know of the organization any more, and stays named in its log', async () => {
  const { id, owner, memberId } = await staffed('removed');
  const which = { organizationId: id, userId: memberId };
  const team = await call(owner, 'createTeam', { organizationId: id, name: 'T' }, 'team { id }');
  await call(owner, 'addTeamMember', { teamId: team.team.id, userId: memberId }, 'team { id }');
  expect(await call(owner, 'removeMember', which, 'organizationId userId')).toMatchObject(which);
  const gone = await as('removed-member')('query($id: ID!) { organization(id: $id) { id } }', {
    id,
  });
  expect(gone.data.organization).toBeNull();
  const log = (await logOf(owner, id)).slice(-2);
  expect(log.map(({ action }) => action)).toEqual(['member.removed', 'team.member.removed']);
  expect(log[0]).toMatchObject({
    details: 'Removed removed-member@example.com, who was MEMBER',
    changes: [{ path: `members.${memberId}.role`, from: 'MEMBER', to: null }],
  });
  expect(log[1].correlationId).toBe(log[0].correlationId);
  expect(await call(owner, 'removeMember', which)).toMatchObject({
    __typename: 'UnknownMemberError',
    code: 'UNKNOWN_MEMBER',
  });
});

test('members are found by role and by a part of their name or address, page by page', async () => {
  const owner = as('list-owner');
  const { id } = await createOrganization(owner, { name: 'List' });
  for (const [name, role] of [
    ['list-zoë', 'ADMIN'],
    ['list-bob', 'MEMBER'],
    ['list-eve', 'MEMBER'],
  ] as const)
    await join(owner, as, id, name, role);
  const find = async (args: string) =>
    dataOf(
      await owner(
        `query($id: ID!) { organization(id: $id) { members(${args}) { totalCount nodes { user { email } } pageInfo { hasNextPage endCursor } } } }`,
        { id },
      ),
    ).organization.members;
  const emailsOf = ({ nodes }: Data) => nodes.map(({ user }: Data) => user.email.split('@')[0]);
  const all = await find('first: 3');
  expect(emailsOf(all)).toEqual(['list-owner', 'list-zoë', 'list-bob']);
  expect(all).toMatchObject({ totalCount: 4, pageInfo: { hasNextPage: true } });
  expect(emailsOf(await find(`after: "${all.pageInfo.endCursor}"`))).toEqual(['list-eve']);
  expect(emailsOf(await find('last: 2'))).toEqual(['list-bob', 'list-eve']);
  expect(await find('role: MEMBER, first: 1')).toMatchObject({ totalCount: 2 });
  expect(emailsOf(await find('search: "ZOË"'))).toEqual(['list-zoë']);
  expect(emailsOf(await find('search: "%"'))).toEqual([]);
  const bad = await owner(
    'query($id: ID!, $s: String) { organization(id: $id) { members(search: $s) { totalCount } } }',
    { id, s: 'x'.repeat(201) },
  );
  expect(codesOf(bad)).toEqual(['BAD_USER_INPUT']);
});

test('rolePermissions is the table that the server checks by', async () => {
  const { rolePermissions } = dataOf(await as('any')('{ rolePermissions { role permissions } }'));
  expect(rolePermissions.map(({ role }: Data) => role)).toEqual([...ROLES]);
  expect(rolePermissions[0].permissions).toEqual([...PERMISSIONS]);
  expect(rolePermissions[3]).toEqual({
    role: 'MEMBER',
    permissions: ['organization:read', 'membership:own'],
  });
});

test('the viewer reads their memberships, the invitations that wait, and which rule chose the organization', async () => {
  const owner = as('view-owner');
  const one = await createOrganization(owner, { name: 'One' });
  const two = await createOrganization(owner, { name: 'Two' });
  await join(owner, as, one.id, 'view-bob', 'AUDITOR');
  await invite(owner, two.id, 'view-bob', 'ADMIN');
  const read = async (headers = {}) =>
    dataOf(
      await as('view-bob')(
        '{ viewer { memberships { totalCount nodes { role organization { name } } } invitations { totalCount nodes { organizationName role } } currentOrganization { chosenBy organization { name } } } }',
        {},
        headers,
      ),
    ).viewer;
  expect(await read()).toEqual({
    memberships: { totalCount: 1, nodes: [{ role: 'AUDITOR', organization: { name: 'One' } }] },
    invitations: { totalCount: 1, nodes: [{ organizationName: 'Two', role: 'ADMIN' }] },
    currentOrganization: { chosenBy: 'ONLY_MEMBERSHIP', organization: { name: 'One' } },
  });
  const chosenBy = async (headers = {}) => (await read(headers)).currentOrganization?.chosenBy;
  expect(await chosenBy({ 'x-organization-id': one.id })).toBe('HEADER');
  expect(await chosenBy({ 'x-organization-id': two.id })).toBeUndefined();
  await call(as('view-bob'), 'selectOrganization', { organizationId: one.id });
  expect(await chosenBy()).toBe('SELECTION');
  const claimed = await as('view-bob', { org_id: one.id })(
    '{ viewer { currentOrganization { chosenBy } } }',
  );
  expect(dataOf(claimed).viewer.currentOrganization).toEqual({ chosenBy: 'TOKEN' });
  const nobody = await as('view-nobody')('{ viewer { currentOrganization { chosenBy } } }');
  expect(dataOf(nobody).viewer.currentOrganization).toBeNull();
});
