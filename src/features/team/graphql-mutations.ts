import { builder } from '../../graphql/builder.ts';
import { ErrorInterface } from '../../graphql/error-types.ts';
import { InvalidInputError } from '../../kernel/errors.ts';
import { createTeam } from './create-team.ts';
import { deleteTeam } from './delete-team.ts';
import { Team } from './graphql.ts';
import { renameTeam } from './rename-team.ts';
import { type Team as Row, TeamNameTakenError } from './team.ts';
import {
  AlreadyTeamMemberError,
  addTeamMember,
  removeTeamMember,
  UnknownTeamMemberError,
} from './team-member.ts';

builder.objectType(TeamNameTakenError, {
  name: 'TeamNameTakenError',
  description: 'Another team of the organization has the name. Code TEAM_NAME_TAKEN.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    teamName: t.exposeString('teamName', { description: 'How the other team writes it.' }),
  }),
});

builder.objectType(UnknownTeamMemberError, {
  name: 'UnknownTeamMemberError',
  description:
    'Nobody with this id is a member of the organization, or of the team they should leave. Code UNKNOWN_TEAM_MEMBER.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    userId: t.exposeID('userId', { description: 'The id that was given.' }),
  }),
});

builder.objectType(AlreadyTeamMemberError, {
  name: 'AlreadyTeamMemberError',
  description: 'The person is in the team already. Code ALREADY_TEAM_MEMBER.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    userId: t.exposeID('userId', { description: 'The id that was given.' }),
  }),
});

const WHICH = 'The team’s id, team_….';
const NAME = '1 to 100 characters; unique in the organization, whatever the letter case.';

const CreateTeamInput = builder.inputType('CreateTeamInput', {
  description: 'A new team.',
  fields: (t) => ({
    organizationId: t.id({ description: 'Default: the current organization.' }),
    name: t.string({ required: true, description: NAME }),
  }),
});

const RenameTeamInput = builder.inputType('RenameTeamInput', {
  description: 'Which team, and what to call it.',
  fields: (t) => ({
    teamId: t.id({ required: true, description: WHICH }),
    name: t.string({ required: true, description: NAME }),
  }),
});

const DeleteTeamInput = builder.inputType('DeleteTeamInput', {
  description: 'Which team to delete.',
  fields: (t) => ({ teamId: t.id({ required: true, description: WHICH }) }),
});

const memberInput = (name: string, description: string) =>
  builder.inputType(name, {
    description,
    fields: (t) => ({
      teamId: t.id({ required: true, description: WHICH }),
      userId: t.id({ required: true, description: 'The member’s id, usr_….' }),
    }),
  });

const AddInput = memberInput('AddTeamMemberInput', 'Whom to add to which team.');
const RemoveInput = memberInput('RemoveTeamMemberInput', 'Whom to remove from which team.');

const successOf = (name: string, description: string) =>
  builder.objectRef<{ team: Row }>(name).implement({
    description,
    fields: (t) => ({
      team: t.field({
        type: Team,
        description: 'The team as it is now.',
        resolve: ({ team }) => team,
      }),
    }),
  });

const CreateSuccess = successOf('CreateTeamSuccess', 'The team was created.');
const RenameSuccess = successOf('RenameTeamSuccess', 'The team has another name.');
const AddSuccess = successOf('AddTeamMemberSuccess', 'The member is in the team.');
const RemoveSuccess = successOf(
  'RemoveTeamMemberSuccess',
  'The member is not in the team any more.',
);

const DeleteSuccess = builder.objectRef<{ teamId: string }>('DeleteTeamSuccess').implement({
  description: 'The team is gone; its trail stays in the log.',
  fields: (t) => ({ teamId: t.exposeID('teamId', { description: 'The id it had.' }) }),
});

const succeed = async (team: Promise<Row>) => ({ team: await team });

builder.mutationFields((t) => ({
  createTeam: t.field({
    type: CreateSuccess,
    description: 'Creates a team. Needs team:manage. Records team.created.',
    errors: { types: [InvalidInputError, TeamNameTakenError] },
    args: { input: t.arg({ type: CreateTeamInput, required: true, description: 'The team.' }) },
    resolve: (_root, { input }, { session }) => succeed(createTeam(session, input)),
  }),
  renameTeam: t.field({
    type: RenameSuccess,
    description: 'Gives a team another name. Needs team:manage. Records team.renamed.',
    errors: { types: [InvalidInputError, TeamNameTakenError] },
    args: { input: t.arg({ type: RenameTeamInput, required: true, description: 'The name.' }) },
    resolve: (_root, { input }, { session }) => succeed(renameTeam(session, input)),
  }),
  deleteTeam: t.field({
    type: DeleteSuccess,
    description:
      'Deletes a team; its members stay members of the organization. Needs team:manage. Records team.deleted.',
    errors: { types: [InvalidInputError] },
    args: { input: t.arg({ type: DeleteTeamInput, required: true, description: 'Which.' }) },
    resolve: (_root, { input }, { session }) => deleteTeam(session, input),
  }),
  addTeamMember: t.field({
    type: AddSuccess,
    description:
      'Adds a member of the organization to a team. Needs team:manage. Records team.member.added.',
    errors: { types: [InvalidInputError, UnknownTeamMemberError, AlreadyTeamMemberError] },
    args: { input: t.arg({ type: AddInput, required: true, description: 'Whom, to which.' }) },
    resolve: (_root, { input }, { session }) => succeed(addTeamMember(session, input)),
  }),
  removeTeamMember: t.field({
    type: RemoveSuccess,
    description:
      'Removes a person from a team; they stay a member of the organization. Needs team:manage. Records team.member.removed.',
    errors: { types: [InvalidInputError, UnknownTeamMemberError] },
    args: { input: t.arg({ type: RemoveInput, required: true, description: 'Whom, from which.' }) },
    resolve: (_root, { input }, { session }) => succeed(removeTeamMember(session, input)),
  }),
}));
