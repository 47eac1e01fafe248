/**
 * What a search in the largest log of the data set costs, by how common the text is and what else is
 * asked: `npm run bench:search`; `-- --rows 200000 --keep /tmp/data --only sqlite` for less.
 */
import process from 'node:process';
import type { Database, Provider } from '../src/database/database.ts';
import { containsFolded } from '../src/database/dialect.ts';
import { openDatabase } from '../src/database/open.ts';
import { auditLogFacets } from '../src/features/audit-log/audit-log-facets.ts';
import type { AuditLogFilter } from '../src/features/audit-log/filter.ts';
import { listAuditLogs } from '../src/features/audit-log/list-audit-logs.ts';
import type { OrganizationId } from '../src/kernel/ids.ts';
import { deriveFurther, markerOf } from '../src/ledger/derivation.ts';
import { SEARCHABLE } from '../src/ledger/searchable.ts';
import type { Session } from '../src/ledger/session.ts';
import { emailOf } from './read-data.ts';
import { onReadingDatabases, readingOptions } from './read-setting.ts';
import { benchSession, median } from './record-setting.ts';

const REPEATS = 9;

/** Every entry's details say "schedule.updated on number 4242 by the nightly run", each their own. */
const SEARCHES: Record<string, string> = {
  'a few entries': 'number 4242 by',
  'some thousands': 'secret.approved',
  'every entry': 'nightly run',
  'none, letters that none has': 'quarterly',
  'none, letters that all have': 'run nightly',
  'two letters that all have': 'ly',
  'two letters that none has': 'zz',
  'one letter': 'k',
};

const BESIDES: Record<string, AuditLogFilter> = {
  '': {},
  ', of a rare person': { emails: [emailOf(1_900)] },
  ', of a busy person': { emails: [emailOf(0)] },
  ', in one scope': { scopes: ['COST'] },
  ', denied': { outcomes: ['DENIED'] },
  ', in a week': {
    createdAt: { from: new Date('2025-06-01T00:00:00Z'), to: new Date('2025-06-08T00:00:00Z') },
  },
};

await onReadingDatabases(readingOptions(), async (provider, { url, largest, ledgerId }) => {
  const database = await openDatabase(url);
  try {
    const session = await benchSession(database);
    await takeIn(session, ledgerId);
    say(`\n${provider}: the index has ${await bytesPerEntry(database, ledgerId)} bytes an entry`);
    const plain = await timeOf(() => page(session, largest, {}, 'CREATED_AT'));
    const whole = await timeOf(() => lookedThrough(session, provider, ledgerId), 3);
    say(`plain page ${plain.toFixed(1)} ms; to look at every entry ${whole.toFixed(0)} ms\n`);
    say('| search | by time ms | by sequence ms | with its count ms | facets ms |');
    say('| --- | --- | --- | --- | --- |');
    for (const [name, search] of Object.entries(SEARCHES)) {
      for (const [beside, more] of Object.entries(BESIDES)) {
        const cells = await cellsOf(session, largest, { ...more, search });
        say(`| ${[name + beside, ...cells.map((ms) => ms.toFixed(1))].join(' | ')} |`);
      }
    }
  } finally {
    await database.close();
  }
});

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function takeIn(session: Session, ledgerId: number): Promise<void> {
  const from = await markerOf(session, SEARCHABLE, ledgerId);
  const startedAt = performance.now();
  let longest = 0;
  for (let hasMore = true; hasMore; ) {
    const stepAt = performance.now();
    hasMore = await deriveFurther(session, SEARCHABLE, ledgerId);
    longest = Math.max(longest, performance.now() - stepAt);
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  const count = (await markerOf(session, SEARCHABLE, ledgerId)) - from;
  say(
    `${count.toLocaleString('en')} entries taken in, ${(count / seconds).toFixed(0)} a second, the longest step ${longest.toFixed(0)} ms`,
  );
}

async function bytesPerEntry({ select }: Database, ledgerId: number): Promise<string> {
  const [row] = await select<{ bytes: number; entries: number }>(
    `SELECT CAST(sum(length("places")) AS bigint) AS "bytes", (SELECT "size" FROM "Ledger" WHERE "id" = $1) AS "entries" FROM "AuditGram" WHERE "ledgerId" = $1`,
    [ledgerId],
  );
  return row ? (row.bytes / row.entries).toFixed(0) : '';
}

function lookedThrough(session: Session, provider: Provider, ledgerId: number) {
  const found = containsFolded(provider, '"details"', '$2');
  return session.select(`SELECT count(*) FROM "AuditLog" WHERE "ledgerId" = $1 AND ${found}`, [
    ledgerId,
    'quarterly',
  ]);
}

function page(
  session: Session,
  id: OrganizationId,
  filter: AuditLogFilter,
  field: 'CREATED_AT' | 'SEQUENCE',
) {
  return listAuditLogs(session, id, {
    ...{ first: 50, filter, orderBy: { field, direction: 'DESC' } },
  });
}

async function cellsOf(session: Session, id: OrganizationId, filter: AuditLogFilter) {
  return [
    await timeOf(() => page(session, id, filter, 'CREATED_AT')),
    await timeOf(() => page(session, id, filter, 'SEQUENCE')),
    await timeOf(async () => (await page(session, id, filter, 'CREATED_AT')).total()),
    await timeOf(async () => (await auditLogFacets(session, id, { filter })).alike()),
  ];
}

async function timeOf(ask: () => Promise<unknown>, repeats = REPEATS): Promise<number> {
  const times: number[] = [];
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    const startedAt = performance.now();
    await ask();
    times.push(performance.now() - startedAt);
  }
  return median(times);
}
