import { expect } from 'vitest';
import { type Client, type Data, dataOf } from './client.ts';

const CREATE = /* GraphQL */ `
  mutation Create($input: CreateOrganizationInput!) {
    createOrganization(input: $input) {
      __typename
      ... on CreateOrganizationSuccess {
        organization {
          id name slug createdBy createdAt updatedAt version metadata viewerRole
          settings { retentionDays timezone membersMayReadAuditLog }
          deletion { requestedAt requestedBy purgeAt }
        }
      }
      ... on Error { code message }
      ... on InvalidInputError { fields { path message } }
      ... on SlugTakenError { slug }
    }
  }
`;

/** What createOrganization answers, whichever member of its union that is. */
export const tryCreateOrganization = async (client: Client, input: object): Promise<Data> =>
  dataOf(await client(CREATE, { input })).createOrganization;

/** A new organization of the client. */
export async function createOrganization(
  client: Client,
  input: { name: string } & Record<string, unknown>,
): Promise<Data> {
  const result = await tryCreateOrganization(client, input);
  expect(result).toMatchObject({ __typename: 'CreateOrganizationSuccess' });
  return result.organization;
}

const LOG = /* GraphQL */ `
  query Log($id: ID!, $first: Int) {
    auditLogs(organizationId: $id, first: $first, orderBy: { field: SEQUENCE, direction: ASC }) {
      totalCount
      nodes {
        id sequence scope action email outcome origin resourceType resourceUID details
        changes { path from to } metadata ip userAgent requestId correlationId createdAt recordedAt
        actor { type id name email user { id email } }
      }
    }
  }
`;

/** The first 100 entries of an organization's log, oldest first. */
export const logOf = async (client: Client, id: string): Promise<Data[]> =>
  dataOf(await client(LOG, { id, first: 100 })).auditLogs.nodes;

const RECORD = /* GraphQL */ `
  mutation Record($input: RecordAuditLogsInput!) {
    recordAuditLogs(input: $input) {
      __typename
      ... on Error { code message }
      ... on InvalidInputError { fields { path message } }
      ... on RecordAuditLogsSuccess {
        recordedCount duplicateCount rejectedCount
        receipts { status auditLog { id sequence action createdAt recordedAt } errors { path message } }
      }
    }
  }
`;

/** What recordAuditLogs answers, whichever member of its union that is. */
export const record = async (
  client: Client,
  organizationId: string,
  events: readonly object[],
): Promise<Data> =>
  dataOf(await client(RECORD, { input: { organizationId, events } })).recordAuditLogs;

/**
 * Makes a person a member by plain SQL, since invitations are not part of the product yet.
 * `as` speaks once first, so that the account exists.
 */
export async function addMember(
  query: (text: string, values: readonly unknown[]) => Promise<Data[]>,
  as: (name: string) => Client,
  organizationId: string,
  name: string,
  role: string,
): Promise<void> {
  const { viewer } = dataOf(await as(name)('{ viewer { user { id createdAt } } }'));
  await query(
    'INSERT INTO "Membership" ("organizationId", "userId", "role", "createdAt") SELECT $1, $2, $3, "createdAt" FROM "User" WHERE "id" = $4',
    [organizationId, viewer.user.id, role, viewer.user.id],
  );
}
