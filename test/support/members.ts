import { expect } from 'vitest';
import { type Client, type Data, dataOf } from './client.ts';

/** Calls a mutation with an input, and gives its answer with all that a refusal tells. */
export async function call(
  client: Client,
  mutation: string,
  input: object,
  selection = '',
): Promise<Data> {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}`;
  const answer = await client(
    `mutation($input: ${type}Input!) { ${mutation}(input: $input) {
      __typename
      ... on Error { code message }
      ... on InvalidInputError { fields { path message } }
      ... on ${type}Success { ${selection || 'query { viewer { type } }'} }
    } }`,
    { input },
  );
  return dataOf(answer)[mutation];
}

export const INVITATION =
  'invitation { id organizationName email role status invitedBy createdAt expiresAt sentAt closedAt }';

/** A new invitation of the organization. */
export async function invite(
  client: Client,
  organizationId: string,
  name: string,
  role: string,
  more: object = {},
): Promise<Data> {
  const input = { organizationId, email: `${name}@example.com`, role, ...more };
  const result = await call(client, 'createInvitation', input, INVITATION);
  expect(result).toMatchObject({ __typename: 'CreateInvitationSuccess' });
  return result.invitation;
}

const MEMBER = 'member { role user { id email } organization { id } }';

/** Makes a person a member by invitation, and gives their user id. */
export async function join(
  owner: Client,
  as: (name: string) => Client,
  organizationId: string,
  name: string,
  role: string,
): Promise<string> {
  const { id } = await invite(owner, organizationId, name, role);
  const result = await call(as(name), 'acceptInvitation', { invitationId: id }, MEMBER);
  expect(result).toMatchObject({ member: { role, organization: { id: organizationId } } });
  return result.member.user.id;
}

/** The members of an organization by address, with their roles. */
export async function rolesOf(client: Client, id: string): Promise<Record<string, string>> {
  const { organization } = dataOf(
    await client(
      'query($id: ID!) { organization(id: $id) { members(first: 100) { totalCount nodes { role joinedAt user { id email } } } } }',
      { id },
    ),
  );
  const { nodes, totalCount } = organization.members;
  expect(totalCount).toBe(nodes.length);
  return Object.fromEntries(nodes.map(({ role, user }: Data) => [user.email, role]));
}

/** The id of the person that a client speaks for. */
export const userIdOf = async (client: Client): Promise<string> =>
  dataOf(await client('{ viewer { user { id } } }')).viewer.user.id;
