import { expect, test } from 'vitest';
import { codesOf, type Data, dataOf, startServer } from './support/client.ts';
import { addMember, createOrganization, logOf } from './support/organizations.ts';
import { createTeam, teamCalls, userIdOf } from './support/teams.ts';

const { as, query } = await startServer();
const [ada, eve] = [as('ada'), as('eve')];
const LIST =
  'query($id: ID!, $first: Int, $after: String) { organization(id: $id) { teams(first: $first, after: $after) { totalCount nodes { name members { totalCount nodes { email } } } pageInfo { hasNextPage endCursor } } } }';

test('a team is created, renamed, filled, emptied and deleted; each is an entry of its trail', async () => {
  const { id } = await createOrganization(ada, { name: 'Teams' });
  await addMember(query, as, id, 'engineer', 'MEMBER');
  const userId = await userIdOf(as('engineer'));
  const team = await createTeam(ada, id, '  Platform ');
  expect(team).toMatchObject({ id: expect.stringMatching(/^team_/), name: 'Platform' });
  const teamId = team.id;
  const name = 'Platform Engineering';
  dataOf(await teamCalls.rename(ada, { teamId, name }));
  dataOf(await teamCalls.addMember(ada, { teamId, userId }));
  expect(dataOf(await ada(LIST, { id })).organization.teams).toMatchObject({
    totalCount: 1,
    nodes: [{ name, members: { totalCount: 1, nodes: [{ email: 'engineer@example.com' }] } }],
  });
  const TRAIL =
    'query($id: ID!) { node(id: $id) { ... on Team { auditLogs { totalCount nodes { action details } } } } }';
  expect(dataOf(await ada(TRAIL, { id: teamId })).node.auditLogs).toMatchObject({
    totalCount: 3,
    nodes: [
      {
        action: 'team.member.added',
        details: "Added engineer@example.com to team 'Platform Engineering'",
      },
      { action: 'team.renamed' },
      { action: 'team.created' },
    ],
  });
  dataOf(await teamCalls.removeMember(ada, { teamId, userId }));
  expect(dataOf(await teamCalls.remove(ada, { teamId })).deleteTeam).toMatchObject({ teamId });
  const entries = (await logOf(ada, id)).slice(1);
  expect(
    entries.map(({ action, scope, resourceType, resourceUID }) => [
      action,
      scope,
      resourceType,
      resourceUID,
    ]),
  ).toEqual(
    ['created', 'renamed', 'member.added', 'member.removed', 'deleted'].map((what) => [
      `team.${what}`,
      'PLATFORM',
      'team',
      teamId,
    ]),
  );
  expect(entries[1].changes).toEqual([{ path: 'name', from: 'Platform', to: name }]);
  expect(codesOf(await teamCalls.rename(ada, { teamId, name: 'Late' }))).toEqual(['NOT_FOUND']);
});

test('a name is unique in its organization, whatever its letter case, and only there', async () => {
  const { id } = await createOrganization(ada, { name: 'Names' });
  const other = await createOrganization(ada, { name: 'Other' });
  await createTeam(ada, id, 'Straße');
  const team = await createTeam(ada, id, 'Free');
  const taken = { __typename: 'TeamNameTakenError', code: 'TEAM_NAME_TAKEN' };
  expect(
    dataOf(await teamCalls.create(ada, { organizationId: id, name: 'STRAßE' })).createTeam,
  ).toMatchObject(taken);
  expect(
    dataOf(await teamCalls.rename(ada, { teamId: team.id, name: 'straße' })).renameTeam,
  ).toMatchObject(taken);
  expect(
    dataOf(await teamCalls.rename(ada, { teamId: team.id, name: 'FREE' })).renameTeam.team.name,
  ).toBe('FREE');
  expect(await createTeam(ada, other.id, 'Straße')).toMatchObject({ name: 'Straße' });
  expect(
    dataOf(await teamCalls.create(ada, { organizationId: id, name: ' ' })).createTeam,
  ).toMatchObject({ __typename: 'InvalidInputError', fields: [{ path: ['name'] }] });
});

test('only members of the organization get into a team, once; an unknown person and a stranger look the same', async () => {
  const { id } = await createOrganization(ada, { name: 'Members' });
  const teamId = (await createTeam(ada, id, 'Team')).id;
  const [own, strangers] = [await userIdOf(ada), await userIdOf(eve)];
  const nobodys = 'usr_01h455vb4pex5vsknk084sn02q';
  const add = async (userId: string) =>
    dataOf(await teamCalls.addMember(ada, { teamId, userId })).addTeamMember;
  const [theirs, never] = [await add(strangers), await add(nobodys)];
  expect(theirs).toMatchObject({ code: 'UNKNOWN_TEAM_MEMBER' });
  expect(JSON.stringify(theirs).replace(strangers, 'ID')).toBe(
    JSON.stringify(never).replace(nobodys, 'ID'),
  );
  expect(await add(own)).toMatchObject({ __typename: 'AddTeamMemberSuccess' });
  expect(await add(own)).toMatchObject({ code: 'ALREADY_TEAM_MEMBER' });
  expect(
    dataOf(await teamCalls.removeMember(ada, { teamId, userId: strangers })).removeTeamMember,
  ).toMatchObject({ code: 'UNKNOWN_TEAM_MEMBER' });
  expect(codesOf(await teamCalls.addMember(eve, { teamId, userId: strangers }))).toEqual([
    'NOT_FOUND',
  ]);
});

test('fifty at once: one of a name, and one place in a team, is all that can be had', async () => {
  const { id } = await createOrganization(ada, { name: 'Race' });
  const answers: Data[] = await Promise.all(
    Array.from({ length: 50 }, async (_, n) =>
      dataOf(
        await teamCalls.create(ada, { organizationId: id, name: n % 2 === 0 ? 'One' : 'ONE' }),
      ),
    ),
  );
  const made = answers.filter(({ createTeam: { team } }) => team);
  expect(made).toHaveLength(1);
  const teamId = made[0]?.createTeam.team.id;
  const userId = await userIdOf(ada);
  const added: Data[] = await Promise.all(
    Array.from({ length: 50 }, async () =>
      dataOf(await teamCalls.addMember(ada, { teamId, userId })),
    ),
  );
  expect(added.filter(({ addTeamMember: { team } }) => team)).toHaveLength(1);
  expect((await logOf(ada, id)).map(({ action }) => action)).toEqual([
    'organization.created',
    'team.created',
    'team.member.added',
  ]);
});

test('teams page by their ids, and a member sees them without being able to change them', async () => {
  const { id } = await createOrganization(ada, { name: 'Pages' });
  for (let n = 0; n < 5; n += 1) await createTeam(ada, id, `Team ${n}`);
  await addMember(query, as, id, 'reader', 'MEMBER');
  const seen: string[] = [];
  let after: string | null = null;
  do {
    const page: Data = dataOf(await as('reader')(LIST, { id, first: 2, after })).organization.teams;
    expect(page.totalCount).toBe(5);
    seen.push(...page.nodes.map((node: Data) => node.name));
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after);
  expect(seen).toEqual([0, 1, 2, 3, 4].map((n) => `Team ${n}`));
  expect(
    codesOf(await teamCalls.create(as('reader'), { organizationId: id, name: 'Mine' })),
  ).toEqual(['FORBIDDEN']);
});
