import { ask, type Heard, stream } from './asking.ts';
import type { Data } from './client.ts';
import type { Told } from './told.ts';

/** Somebody who sends one request at a time, and sends it again while its fate is unknown. */
export interface Caller {
  /** One request. False when nobody knows what became of it. */
  step(port: number): Promise<boolean>;
  /** Whether something that was sent is not known to have happened. */
  isWaiting(): boolean;
}

/** Who asks, in which organization, and where what they are told is kept. */
export interface Place {
  readonly token: string;
  readonly organizationId: string;
  readonly told: Told;
}

let eventCount = 0;
const newEvents = (count: number) =>
  Array.from({ length: count }, () => {
    eventCount += 1;
    const key = `event ${eventCount}`;
    return { scope: 'COST', action: 'load.recorded', resourceUID: key, idempotencyKey: key };
  });

const RECORD =
  'mutation($input: RecordAuditLogsInput!) { recordAuditLogs(input: $input) { ... on RecordAuditLogsSuccess { receipts { status auditLog { sequence } } } } }';

/** Records a few events at a time by GraphQL. */
export function recorder({ token, organizationId, told }: Place): Caller {
  let events: ReturnType<typeof newEvents> = [];
  return {
    isWaiting: () => events.length > 0,
    async step(port) {
      if (events.length === 0) events = newEvents(1 + Math.floor(Math.random() * 5));
      const variables = { input: { organizationId, events } };
      const heard = await ask(port, token, { query: RECORD, variables });
      if (!heard) return false;
      const receipts = expected(heard, told, 'recordAuditLogs')?.receipts ?? [];
      for (const [index, { resourceUID }] of events.entries()) {
        told.hear(organizationId, resourceUID, receipts[index]?.auditLog?.sequence);
      }
      events = [];
      return true;
    },
  };
}

/** Records events as a stream, and sends again those that it heard nothing of. */
export function streamer({ token, organizationId, told }: Place, count = 60): Caller {
  let events: ReturnType<typeof newEvents> = [];
  return {
    isWaiting: () => events.length > 0,
    async step(port) {
      if (events.length === 0) events = newEvents(count);
      const lines = events.map((event) => JSON.stringify(event));
      const open = new Map(events.map(({ resourceUID }, index) => [index + 1, resourceUID]));
      await stream(port, token, organizationId, lines, (line) => {
        const key = open.get(line.line);
        if (key === undefined || line.sequence === undefined) return told.sayOfLine(line);
        told.hear(organizationId, key, line.sequence);
        open.delete(line.line);
      });
      const left = new Set(open.values());
      events = events.filter(({ resourceUID }) => left.has(resourceUID));
      return events.length === 0;
    },
  };
}

const RENAME =
  'mutation($input: UpdateOrganizationInput!) { updateOrganization(input: $input) { __typename ... on UpdateOrganizationSuccess { organization { version } } ... on VersionConflictError { currentVersion } } }';

/** Renames an organization that nobody else changes; the version tells whether it happened. */
export function renamer({ token, organizationId, told }: Place): Caller {
  let version = 1;
  let isWaiting = false;
  return {
    isWaiting: () => isWaiting,
    async step(port) {
      const name = `Name ${version}`;
      const input = { organizationId, name, expectedVersion: version };
      const heard = await ask(port, token, { query: RENAME, variables: { input } });
      const isRepeated = isWaiting;
      isWaiting = heard === null;
      if (!heard) return false;
      const answer = expected(heard, told, 'updateOrganization');
      const isDone = answer?.organization?.version === version + 1;
      const wasDone = isRepeated && answer?.currentVersion === version + 1;
      if (isDone || wasDone) told.names.push(name);
      else told.failures.push(`renaming to ${name}: ${JSON.stringify(heard.body)}`);
      version += 1;
      return true;
    },
  };
}

const DELETED = 'query($id: ID!) { organization(id: $id) { deletion { purgeAt } } }';
const DELETE =
  'mutation($input: DeleteOrganizationInput!) { deleteOrganization(input: $input) { __typename } }';
const RESTORE =
  'mutation($input: RestoreOrganizationInput!) { restoreOrganization(input: $input) { __typename } }';

/** Deletes an organization and restores it, in turn; looks first where it does not know. */
export function deleter({ token, organizationId, told }: Place, confirmName: string): Caller {
  let isDeleted = false;
  let isWaiting = false;
  /** Whether the turn that was sent happened; null when that cannot be had now. */
  const wasDone = async (port: number): Promise<boolean | null> => {
    const heard = await ask(port, token, { query: DELETED, variables: { id: organizationId } });
    return heard && (heard.body.data?.organization?.deletion != null) !== isDeleted;
  };
  /** Whether the turn happened now; null when nobody knows. */
  const doIt = async (port: number): Promise<true | null> => {
    const body = isDeleted
      ? { query: RESTORE, variables: { input: { organizationId } } }
      : { query: DELETE, variables: { input: { organizationId, confirmName } } };
    const heard = await ask(port, token, body);
    isWaiting = heard === null;
    if (heard) expected(heard, told, isDeleted ? 'restoreOrganization' : 'deleteOrganization');
    return heard && true;
  };
  return {
    isWaiting: () => isWaiting,
    async step(port) {
      const before = isWaiting ? await wasDone(port) : false;
      const isDone = before === false ? await doIt(port) : before;
      if (isDone === null) return false;
      isWaiting = false;
      isDeleted = !isDeleted;
      told.turns += 1;
      return true;
    },
  };
}

const PAGE =
  'query($id: ID!) { auditLogs(organizationId: $id, first: 50, orderBy: { field: SEQUENCE, direction: DESC }) { nodes { sequence } } }';

/** Reads the newest page: it has no gap, and all that was acknowledged before it was asked for. */
export function reader({ token, organizationId, told }: Place): Caller {
  return {
    isWaiting: () => false,
    async step(port) {
      const newest = told.newest(organizationId);
      const heard = await ask(port, token, { query: PAGE, variables: { id: organizationId } });
      if (!heard) return false;
      const nodes: Data[] = expected(heard, told, 'auditLogs')?.nodes ?? [];
      const first = nodes[0]?.sequence ?? 0;
      const isWhole = nodes.every(({ sequence }, index) => sequence === first - index);
      if (first < newest) told.failures.push(`a page ends at ${first} after ${newest} was told`);
      if (!isWhole) told.failures.push('a page has a gap');
      return true;
    },
  };
}

/** The field's data; what is neither that nor a known "try again" is a failure of the server. */
function expected({ status, body }: Heard, told: Told, field: string): Data {
  const data = body.data?.[field];
  if (status !== 200 || body.errors || data == null) {
    told.failures.push(`${field}: ${status} ${JSON.stringify(body).slice(0, 500)}`);
  }
  return data;
}
