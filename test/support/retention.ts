import { pruneDue } from '../../src/features/retention/prune-due.ts';
import { openSystemSession } from '../../src/ledger/session.ts';
import { type Client, type Data, dataOf, type startServer } from './client.ts';
import { call } from './members.ts';

type TestServer = Awaited<ReturnType<typeof startServer>>;

/** Steps of three entries, without rest. */
const SMALL = { stepSize: 3, restFactor: 0 };

/** Runs retention over all logs, as the server does from time to time; gives the count of runs that ended. */
export const prune = (
  { database, clock }: Pick<TestServer, 'database' | 'clock'>,
  pace = SMALL,
  stop?: AbortSignal,
): Promise<number> =>
  pruneDue(openSystemSession(database, clock, 'orgtrail retention'), pace, stop);

/** Sets an organization's retention. */
export const setRetention = (
  client: Client,
  organizationId: string,
  settings: object,
): Promise<Data> =>
  call(
    client,
    'updateOrganization',
    { organizationId, settings },
    'organization { settings { retentionDays scopeRetention { scope days } } pendingRetention { effectiveAt } }',
  );

const STATE = /* GraphQL */ `
  query($id: ID!) {
    organization(id: $id) {
      settings { retentionDays scopeRetention { scope days } }
      pendingRetention { retentionDays scopes { scope days } effectiveAt requestedBy { email } }
      retention {
        retentionDays scopes { scope days } firstKeptSequence prunedCount
        lastRun { startedAt finishedAt prunedCount remaining }
      }
    }
  }
`;

/** What an organization says of its retention. */
export const retentionOf = async (client: Client, id: string): Promise<Data> =>
  dataOf(await client(STATE, { id })).organization;

const PREVIEW = /* GraphQL */ `
  query($id: ID!, $days: Int, $scopes: [ScopeRetentionInput!]) {
    retentionPreview(organizationId: $id, retentionDays: $days, scopes: $scopes) {
      count heldCount oldest newest
    }
  }
`;

/** What a retention would remove. */
export const previewOf = async (
  client: Client,
  id: string,
  days: number | null,
  scopes: readonly object[] = [],
): Promise<Data> => dataOf(await client(PREVIEW, { id, days, scopes })).retentionPreview;
