/* eslint-disable */
import * as types from './graphql.ts';



/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "\n  mutation CreateOrganization($input: CreateOrganizationInput!) {\n    createOrganization(input: $input) {\n      __typename\n      ... on CreateOrganizationSuccess { organization { id name version } }\n      ... on SlugTakenError { slug }\n      ... on InvalidInputError { fields { path message } }\n    }\n  }\n": typeof types.CreateOrganizationDocument,
    "\n  mutation RenameOrganization($input: UpdateOrganizationInput!) {\n    updateOrganization(input: $input) {\n      __typename\n      ... on UpdateOrganizationSuccess { organization { name version } }\n      ... on Error { code message }\n    }\n  }\n": typeof types.RenameOrganizationDocument,
    "\n  mutation RecordEvents($input: RecordAuditLogsInput!) {\n    recordAuditLogs(input: $input) {\n      __typename\n      ... on RecordAuditLogsSuccess { recordedCount receipts { status errors { path message } } }\n      ... on Error { code message }\n    }\n  }\n": typeof types.RecordEventsDocument,
    "\n  query LogPage($organizationId: ID!, $filter: AuditLogFilter, $after: String) {\n    auditLogs(organizationId: $organizationId, filter: $filter, first: 2, after: $after) {\n      nodes { sequence createdAt scope action email details changes { path from to } }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n": typeof types.LogPageDocument,
};
const documents: Documents = {
    "\n  mutation CreateOrganization($input: CreateOrganizationInput!) {\n    createOrganization(input: $input) {\n      __typename\n      ... on CreateOrganizationSuccess { organization { id name version } }\n      ... on SlugTakenError { slug }\n      ... on InvalidInputError { fields { path message } }\n    }\n  }\n": types.CreateOrganizationDocument,
    "\n  mutation RenameOrganization($input: UpdateOrganizationInput!) {\n    updateOrganization(input: $input) {\n      __typename\n      ... on UpdateOrganizationSuccess { organization { name version } }\n      ... on Error { code message }\n    }\n  }\n": types.RenameOrganizationDocument,
    "\n  mutation RecordEvents($input: RecordAuditLogsInput!) {\n    recordAuditLogs(input: $input) {\n      __typename\n      ... on RecordAuditLogsSuccess { recordedCount receipts { status errors { path message } } }\n      ... on Error { code message }\n    }\n  }\n": types.RecordEventsDocument,
    "\n  query LogPage($organizationId: ID!, $filter: AuditLogFilter, $after: String) {\n    auditLogs(organizationId: $organizationId, filter: $filter, first: 2, after: $after) {\n      nodes { sequence createdAt scope action email details changes { path from to } }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n": types.LogPageDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateOrganization($input: CreateOrganizationInput!) {\n    createOrganization(input: $input) {\n      __typename\n      ... on CreateOrganizationSuccess { organization { id name version } }\n      ... on SlugTakenError { slug }\n      ... on InvalidInputError { fields { path message } }\n    }\n  }\n"): typeof import('./graphql.ts').CreateOrganizationDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RenameOrganization($input: UpdateOrganizationInput!) {\n    updateOrganization(input: $input) {\n      __typename\n      ... on UpdateOrganizationSuccess { organization { name version } }\n      ... on Error { code message }\n    }\n  }\n"): typeof import('./graphql.ts').RenameOrganizationDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RecordEvents($input: RecordAuditLogsInput!) {\n    recordAuditLogs(input: $input) {\n      __typename\n      ... on RecordAuditLogsSuccess { recordedCount receipts { status errors { path message } } }\n      ... on Error { code message }\n    }\n  }\n"): typeof import('./graphql.ts').RecordEventsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query LogPage($organizationId: ID!, $filter: AuditLogFilter, $after: String) {\n    auditLogs(organizationId: $organizationId, filter: $filter, first: 2, after: $after) {\n      nodes { sequence createdAt scope action email details changes { path from to } }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n"): typeof import('./graphql.ts').LogPageDocument;


export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}
