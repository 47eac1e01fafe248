/** Makes an organization, renames it, records an event, and prints its whole log, newest first. */
import process from 'node:process';
import { connect, type Send } from './connect.ts';
import { CREATE, PAGE, RECORD, RENAME } from './documents.ts';
import type {
  AuditLogFilter,
  CreateOrganizationMutation,
  LogPageQuery,
} from './generated/graphql.ts';

const [url, token] = process.argv.slice(2);
if (!url || !token) throw new Error('Usage: node examples/typed-client/main.ts URL TOKEN');
const send = connect(url, token);

const { id, version } = await createOrganization(send, 'Typed Client Ltd');
await rename(send, id, version);
await record(send, id);
for await (const { sequence, scope, action, details } of entries(send, id, {})) {
  print(`${sequence}  ${scope}  ${action}  ${details ?? ''}`);
}

async function createOrganization(ask: Send, name: string) {
  const { createOrganization: result } = await ask(CREATE, { input: { name } });
  if (result.__typename === 'CreateOrganizationSuccess') return result.organization;
  throw new Error(refusal(result));
}

type CreateResult = CreateOrganizationMutation['createOrganization'];
type Refused = Exclude<CreateResult, { __typename: 'CreateOrganizationSuccess' }>;

/** Every refusal has its own data; a new one would not compile here. */
function refusal(result: Refused): string {
  switch (result.__typename) {
    case 'SlugTakenError':
      return `The slug ${result.slug} is taken.`;
    case 'InvalidInputError':
      return result.fields.map(({ path, message }) => `${path.join('.')}: ${message}`).join(' ');
  }
}

async function rename(ask: Send, organizationId: string, expectedVersion: number): Promise<void> {
  const input = { organizationId, name: 'Typed Client plc', expectedVersion };
  const { updateOrganization: result } = await ask(RENAME, { input });
  if (result.__typename !== 'UpdateOrganizationSuccess') throw new Error(result.message);
}

async function record(ask: Send, organizationId: string): Promise<void> {
  const event = {
    scope: 'SCHEDULING',
    action: 'schedule.created',
    resourceUID: 'sch_abc123',
    details: "Created schedule 'Business Hours'",
    idempotencyKey: 'sch_abc123 created',
  } as const;
  const { recordAuditLogs: result } = await ask(RECORD, {
    input: { organizationId, events: [event] },
  });
  if (result.__typename !== 'RecordAuditLogsSuccess') throw new Error(result.message);
  print(`receipts: ${result.receipts.map(({ status }) => status).join(', ')}`);
}

/** Every entry that matches, page by page. */
async function* entries(ask: Send, organizationId: string, filter: AuditLogFilter) {
  let after: string | null = null;
  for (;;) {
    const { nodes, pageInfo } = await pageAfter(after);
    yield* nodes;
    if (!pageInfo.hasNextPage) return;
    after = pageInfo.endCursor;
  }

  async function pageAfter(cursor: string | null): Promise<LogPageQuery['auditLogs']> {
    return (await ask(PAGE, { organizationId, filter, after: cursor })).auditLogs;
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
