/**
 * What facets cost on the data set of reading, and what following the log costs recording:
 * `npm run bench:facets`; `-- --rows 200000 --keep /tmp/data --only sqlite` for less.
 */
import process from 'node:process';
import { openDatabase } from '../src/database/open.ts';
import { auditLogFacets, facetCount } from '../src/features/audit-log/audit-log-facets.ts';
import type { AuditLogFilter } from '../src/features/audit-log/filter.ts';
import { recordAuditLogs } from '../src/features/audit-log/record-audit-logs.ts';
import type { OrganizationId } from '../src/kernel/ids.ts';
import { deriveBehind } from '../src/ledger/derivations.ts';
import type { Session } from '../src/ledger/session.ts';
import { emailOf } from './read-data.ts';
import { onReadingDatabases, readingOptions } from './read-setting.ts';
import { benchSession, median, newOrganizations } from './record-setting.ts';

const REPEATS = 9;
const CALL = 1_000;
const PEOPLE = 100_000;

const month = { from: new Date('2025-06-01T00:00:00Z'), to: new Date('2025-07-01T00:00:00Z') };
const anywhere = { from: new Date('2025-06-01T10:07:03Z'), to: new Date('2025-07-01T09:01:59Z') };

const FILTERS: Record<string, AuditLogFilter> = {
  'whole log': {},
  'one scope': { scopes: ['COST'] },
  'one action': { actions: ['schedule.updated'] },
  'a prefix': { actions: ['schedule.*'] },
  'what was denied': { outcomes: ['DENIED'] },
  'a busy person': { emails: [emailOf(0)] },
  'a month': { createdAt: month },
  'a month, ends anywhere': { createdAt: anywhere },
  'a resource': { resourceUIDs: ['res_77'] },
  'a rare text': { search: 'number 4242 by' },
  'a text in some thousands': { search: 'secret.approved' },
};

const options = readingOptions();
await onReadingDatabases(options, async (provider, { url, largest }) => {
  const database = await openDatabase(url);
  try {
    const session = await benchSession(database);
    const startedAt = performance.now();
    while (await deriveBehind(session));
    const seconds = (performance.now() - startedAt) / 1_000;
    say(`\n${provider}: what was not in roll-ups yet took ${seconds.toFixed(1)} s\n`);
    say('| filter | scopes, actions, outcomes ms | people ms | days of Berlin ms | months ms |');
    say('| --- | --- | --- | --- | --- |');
    for (const [name, filter] of Object.entries(FILTERS))
      say(await rowOf(session, largest, name, filter));
    say(`\n${PEOPLE.toLocaleString('en')} people, an entry each: ${await peopleTimes(session)}`);
    const [without, beside] = await recordingRates(session);
    say(
      `\nrecording beside the steps that follow it, counts and index of search: ${(beside / without).toFixed(2)} of recording alone`,
    );
  } finally {
    await database.close();
  }
});

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function rowOf(
  session: Session,
  id: OrganizationId,
  name: string,
  filter: AuditLogFilter,
): Promise<string> {
  const facets = () => auditLogFacets(session, id, { filter });
  const cells = [
    await timeOf(async () => {
      const own = await facets();
      await facetCount(own);
      return (await own.alike()).isCapped;
    }),
    await timeOf(async () => (await (await facets()).actors(10)).isCapped),
    await timeOf(async () => (await (await facets()).histogram('DAY', 'Europe/Berlin')).isCapped),
    await timeOf(async () => (await (await facets()).histogram('MONTH', 'UTC')).isCapped),
  ];
  return `| ${[name, ...cells].join(' | ')} |`;
}

/** The median of some times, and whether the answer was capped. */
async function timeOf(ask: () => Promise<boolean>): Promise<string> {
  const times: number[] = [];
  let isCapped = false;
  for (let repeat = 0; repeat < REPEATS; repeat += 1) {
    const startedAt = performance.now();
    isCapped = await ask();
    times.push(performance.now() - startedAt);
  }
  return `${median(times).toFixed(1)}${isCapped ? ' (capped)' : ''}`;
}

/** How long the busiest ten take to tell in a log of very many people. */
async function peopleTimes(session: Session): Promise<string> {
  const [id] = await newOrganizations(session, 1);
  for (let from = 0; from < PEOPLE; from += CALL) {
    const events = Array.from({ length: CALL }, (_, n) => ({
      ...{ scope: 'COST' as const, action: `thing.done${n % 20}`, email: emailOf(from + n) },
    }));
    await recordAuditLogs(session, id as OrganizationId, events);
  }
  while (await deriveBehind(session));
  const asked: Record<string, AuditLogFilter> = {
    'whole log': {},
    'one action': { actions: ['thing.done7'] },
    'one person': { emails: [emailOf(7)] },
  };
  const told: string[] = [];
  for (const [name, filter] of Object.entries(asked)) {
    const facets = () => auditLogFacets(session, id as OrganizationId, { filter });
    told.push(
      `${name} ${await timeOf(async () => (await (await facets()).actors(10)).isCapped)} ms`,
    );
  }
  return told.join(', ');
}

/** Events a second recorded in bulk: alone, and beside the steps; in turns, the median of each. */
async function recordingRates(session: Session): Promise<[number, number]> {
  const rates: [number[], number[]] = [[], []];
  for (let round = 0; round < options.rounds * 2; round += 1) {
    const isBeside = round % 2 === 1;
    const stopping = new AbortController();
    const steps = isBeside ? following(session, stopping.signal) : Promise.resolve();
    rates[isBeside ? 1 : 0].push(await recordingRate(session));
    stopping.abort();
    await steps;
    // What was recorded alone is not left to the next round.
    while (await deriveBehind(session));
  }
  return [median(rates[0]), median(rates[1])];
}

async function following(session: Session, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    if (!(await deriveBehind(session, signal)))
      await new Promise((done) => setTimeout(done, 1_000));
  }
}

async function recordingRate(session: Session): Promise<number> {
  const [id] = await newOrganizations(session, 1);
  const endsAt = performance.now() + options.seconds * 1_000;
  const startedAt = performance.now();
  let count = 0;
  while (performance.now() < endsAt) {
    const events = Array.from({ length: CALL }, (_, n) => ({
      scope: 'COST' as const,
      action: `thing.done${n % 20}`,
      email: emailOf(n % 300),
      details: `Number ${count + n} was done by the nightly run`,
    }));
    await recordAuditLogs(session, id as OrganizationId, events);
    count += CALL;
  }
  return count / ((performance.now() - startedAt) / 1_000);
}
