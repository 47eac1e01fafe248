import type { Answer, Data } from './client.ts';

/** One wrong request: where the answer must say the wrong value stands, and what it must say. */
export interface Case {
  readonly document: string;
  readonly variables: Record<string, Data>;
  /** The field, dotted; '' when no single field is to blame. */
  readonly at: string;
  readonly says: RegExp;
}

export type NamedCase = readonly [what: string, wrong: Case];

/** One problem as a client is told of it, wherever in the answer it stands. */
export interface Told {
  readonly at: string;
  readonly message: string;
}

const toldOf = ({ path, message }: { path: string[]; message: string }): Told => ({
  at: path.join('.'),
  message,
});

/** Every problem in an answer: fields of a result, errors of receipts, fields of errors. */
export function problemsIn({ data, errors }: Answer): Told[] {
  const result: Data = Object.values(data ?? {})[0] ?? {};
  return [
    ...(result.fields ?? []).map(toldOf),
    ...(result.receipts ?? []).flatMap((receipt: Data) => receipt.errors.map(toldOf)),
    ...(errors ?? []).flatMap(
      ({ message, extensions }) =>
        extensions?.['fields']?.map(toldOf) ?? [{ at: placeIn(message), message }],
    ),
  ];
}

/** The place that an error of a value's type names in its sentence: $input.name, or an argument. */
function placeIn(message: string): string {
  const [, variable, argument] = /variable "?\$([\w.[\]]+)|Argument "(\w+)"/i.exec(message) ?? [];
  const [, missing] = / Field "(\w+)" of required type/.exec(message) ?? [];
  const place = [variable ?? argument, missing].filter((part) => part !== undefined).join('.');
  return place.replaceAll(/\[(\d+)\]/g, '.$1').replace(/^input\./, '');
}

const mutation =
  (name: string, type: string, more = '') =>
  (input: object, at: string, says: RegExp): Case => ({
    document: `mutation($input: ${type}!) { ${name}(input: $input) { __typename ... on InvalidInputError { code fields { path message } } ${more} } }`,
    variables: { input },
    at,
    says,
  });

export const create = mutation('createOrganization', 'CreateOrganizationInput');
export const update = mutation('updateOrganization', 'UpdateOrganizationInput');
export const remove = mutation('deleteOrganization', 'DeleteOrganizationInput');
export const restore = mutation('restoreOrganization', 'RestoreOrganizationInput');
export const select = mutation('selectOrganization', 'SelectOrganizationInput');
export const createKey = mutation('createApiKey', 'CreateApiKeyInput');

export const recordAll = mutation(
  'recordAuditLogs',
  'RecordAuditLogsInput',
  '... on RecordAuditLogsSuccess { recordedCount receipts { status errors { path message } } }',
);

/** One event with these fields, otherwise right. */
export const recordOne = (event: object, at: string, says: RegExp): Case =>
  recordAll({ events: [{ scope: 'COST', action: 'a.b', ...event }] }, at, says);

/** A page of the log by these arguments. */
export const list = (variables: Record<string, Data>, at: string, says: RegExp): Case => ({
  document:
    'query($first: Int, $after: String, $last: Int, $before: String, $filter: AuditLogFilter, $orderBy: AuditLogOrder, $organizationId: ID) { auditLogs(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy, organizationId: $organizationId) { nodes { id } } }',
  variables,
  at,
  says,
});

export const filter = (by: object, at: string, says: RegExp): Case =>
  list({ filter: by }, at, says);

/** A page of organizations by these arguments. */
export const organizations = (variables: Record<string, Data>, at: string, says: RegExp): Case => ({
  document:
    'query($first: Int, $after: String, $last: Int, $before: String) { organizations(first: $first, after: $after, last: $last, before: $before) { nodes { id } } }',
  variables,
  at,
  says,
});

/** A root field with one argument of type ID. */
export const byId = (field: string, id: Data, at: string, says: RegExp): Case => ({
  document: `query($id: ${field === 'nodes' ? '[ID!]!' : 'ID!'}) { ${field}(${field === 'nodes' ? 'ids' : 'id'}: $id) { __typename } }`,
  variables: { id },
  at,
  says,
});

/** An object nested `depth` deep: `{}` is one. */
export const nested = (depth: number): Record<string, Data> =>
  Array.from({ length: depth - 1 }).reduce<Record<string, Data>>((inside) => ({ a: inside }), {});
