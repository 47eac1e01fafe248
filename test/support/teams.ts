import { type Client, type Data, dataOf } from './client.ts';

const TEAM = 'team { id name createdAt updatedAt }';
const REFUSALS =
  '... on Error { code message } ... on InvalidInputError { fields { path message } }';

const asking = (field: string, success: string) => {
  const name = field.charAt(0).toUpperCase() + field.slice(1);
  const document = `mutation($input: ${name}Input!) { ${field}(input: $input) { __typename ... on ${name}Success { ${success} } ${REFUSALS} } }`;
  return (client: Client, input: object) => client(document, { input });
};

/** The mutations of teams, as answers that may hold errors. */
export const teamCalls = {
  create: asking('createTeam', TEAM),
  rename: asking('renameTeam', TEAM),
  remove: asking('deleteTeam', 'teamId'),
  addMember: asking('addTeamMember', TEAM),
  removeMember: asking('removeTeamMember', TEAM),
};

/** A new team of the organization. */
export async function createTeam(
  client: Client,
  organizationId: string,
  name: string,
): Promise<Data> {
  return dataOf(await teamCalls.create(client, { organizationId, name })).createTeam.team;
}

/** The id of the client's account. */
export const userIdOf = async (client: Client): Promise<string> =>
  dataOf(await client('{ viewer { user { id } } }')).viewer.user.id;
