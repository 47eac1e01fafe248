import { graphql } from './generated/gql.ts';

/** Each refusal is a member of the union, so a client that forgets one does not compile. */
export const CREATE = graphql(`
  mutation CreateOrganization($input: CreateOrganizationInput!) {
    createOrganization(input: $input) {
      __typename
      ... on CreateOrganizationSuccess { organization { id name version } }
      ... on SlugTakenError { slug }
      ... on InvalidInputError { fields { path message } }
    }
  }
`);

export const RENAME = graphql(`
  mutation RenameOrganization($input: UpdateOrganizationInput!) {
    updateOrganization(input: $input) {
      __typename
      ... on UpdateOrganizationSuccess { organization { name version } }
      ... on Error { code message }
    }
  }
`);

export const RECORD = graphql(`
  mutation RecordEvents($input: RecordAuditLogsInput!) {
    recordAuditLogs(input: $input) {
      __typename
      ... on RecordAuditLogsSuccess { recordedCount receipts { status errors { path message } } }
      ... on Error { code message }
    }
  }
`);

export const PAGE = graphql(`
  query LogPage($organizationId: ID!, $filter: AuditLogFilter, $after: String) {
    auditLogs(organizationId: $organizationId, filter: $filter, first: 2, after: $after) {
      nodes { sequence createdAt scope action email details changes { path from to } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);
