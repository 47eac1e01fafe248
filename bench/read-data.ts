import type { Database } from '../src/database/database.ts';
import { recordAuditLogs } from '../src/features/audit-log/record-audit-logs.ts';
import type { AuditLogInput } from '../src/features/audit-log/record-input.ts';
import type { OrganizationId } from '../src/kernel/ids.ts';
import { benchSession, newOrganizations } from './record-setting.ts';

const ORGANIZATIONS = 100;
const EMAILS = 2_000;
const RESOURCES = 50_000;
const CALL = 1_000;
const CALLS_AT_ONCE = 8;
const FIRST_MS = Date.UTC(2025, 0, 1);
const YEAR_MS = 365 * 24 * 3_600_000;

const NOUNS = {
  SCHEDULING: ['schedule', 'job', 'calendar'],
  COST: ['budget', 'invoice', 'report'],
  PROVISIONING: ['instance', 'volume', 'network'],
  DEPLOYMENT: ['release', 'pipeline', 'secret'],
} as const;
const VERBS = ['updated', 'viewed', 'created', 'approved', 'deleted'];

/** The 60 actions, each of one scope, commonest first. */
export const ACTIONS = VERBS.flatMap((verb) =>
  [0, 1, 2].flatMap((place) =>
    Object.entries(NOUNS).map(([scope, nouns]) => ({
      scope: scope as keyof typeof NOUNS,
      action: `${nouns[place]}.${verb}`,
    })),
  ),
);

/** The address of a rank: the lower, the busier. */
export const emailOf = (rank: number): string => `person-${rank}@example.com`;

/** What the data set holds. */
export interface ReadData {
  /** Half of all rows are the first one's. */
  readonly organizations: readonly OrganizationId[];
}

/**
 * Records `rows` events, the same for every run, through the product's own door: 100 organizations
 * of which the first has half, 60 actions and 2,000 addresses of which few are busy (Zipf's law),
 * one in 33 failed, one in 100 denied, a year of time in which entries arrive a little out of order.
 */
export async function fillReadData(database: Database, rows: number): Promise<ReadData> {
  const session = await benchSession(database);
  const organizations = await newOrganizations(session, ORGANIZATIONS);
  const random = randomFrom(20_250_101);
  const action = byZipf(ACTIONS.length, random);
  const person = byZipf(EMAILS, random);
  const stepMs = YEAR_MS / rows;
  const eventAt = (n: number): AuditLogInput => {
    const isService = random() < 0.06;
    const what = ACTIONS[action()] ?? ACTIONS[0];
    const resource = Math.floor(random() * RESOURCES);
    return {
      ...what,
      ...(isService
        ? { actor: { type: 'SERVICE', name: 'worker' } }
        : { email: emailOf(person()) }),
      outcome: outcomeOf(random()),
      resourceType: what?.action.split('.')[0],
      resourceUID: `res_${resource}`,
      details: `${what?.action} on number ${resource} by the nightly run`,
      metadata: { attempt: Math.ceil(random() * 3), region: 'eu-central-1' },
      createdAt: new Date(FIRST_MS + Math.floor(n * stepMs - random() * 60_000)),
    } as AuditLogInput;
  };
  const calls = callsOf(rows);
  let done = 0;
  const worker = async () => {
    for (let call = calls.shift(); call; call = calls.shift()) {
      const from = done;
      done += call.count;
      const events = Array.from({ length: call.count }, (_, n) => eventAt(from + n));
      const receipts = await recordAuditLogs(
        session,
        organizations[call.organization] as OrganizationId,
        events,
      );
      if (receipts.some(({ status }) => status !== 'RECORDED')) {
        throw new Error('The data set was not recorded whole.');
      }
    }
  };
  await Promise.all(Array.from({ length: CALLS_AT_ONCE }, worker));
  return { organizations };
}

/** Calls in an order in which every organization's entries spread over the year. */
function callsOf(rows: number): { organization: number; count: number }[] {
  const others = Math.max(1, Math.floor(rows / 2 / (ORGANIZATIONS - 1)));
  const calls: { organization: number; count: number; at: number }[] = [];
  const add = (organization: number, total: number) => {
    const parts = Math.max(1, Math.ceil(total / CALL));
    for (let part = 0; part < parts; part += 1) {
      const count = Math.min(CALL, total - part * CALL);
      calls.push({ organization, count, at: (part + organization / ORGANIZATIONS) / parts });
    }
  };
  add(0, rows - others * (ORGANIZATIONS - 1));
  for (let organization = 1; organization < ORGANIZATIONS; organization += 1) {
    add(organization, others);
  }
  return calls.sort((a, b) => a.at - b.at);
}

const outcomeOf = (chance: number) =>
  chance < 0.01 ? 'DENIED' : chance < 0.04 ? 'FAILURE' : 'SUCCESS';

/** Ranks 0 … count − 1, each as likely as 1 / (rank + 1). */
function byZipf(count: number, random: () => number): () => number {
  const sums: number[] = [];
  for (let rank = 0; rank < count; rank += 1) sums.push((sums[rank - 1] ?? 0) + 1 / (rank + 1));
  const total = sums.at(-1) ?? 1;
  return () => {
    const wanted = random() * total;
    let [low, high] = [0, count - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] ?? 0) < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

/** Numbers from 0 to 1 that are the same in every run (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
