/**
 * Execution time and buffers of pages by every kind of filter, with custom and generic plans:
 * `npm run bench:filters`, `-- --rows 200000` for less.
 */
import process from 'node:process';
import pg from 'pg';
import type { SqlValue } from '../src/database/database.ts';
import { openDatabase } from '../src/database/open.ts';
import { READING_PLANS } from '../src/database/postgresql-pool.ts';
import type { AuditLogFilter } from '../src/features/audit-log/filter.ts';
import { listAuditLogs } from '../src/features/audit-log/list-audit-logs.ts';
import { emailOf } from './read-data.ts';
import { readingOptions, readingPostgres } from './read-setting.ts';
import { benchSession } from './record-setting.ts';

const people = Array.from({ length: 100 }, (_, rank) => emailOf(rank));
const week = { from: new Date('2025-06-01T00:00:00Z'), to: new Date('2025-06-08T00:00:00Z') };

const ACTIONS: Record<string, AuditLogFilter> = {
  'any action': {},
  'common action': { actions: ['schedule.updated'] },
  'rare action': { actions: ['secret.deleted'] },
  'absent action': { actions: ['no.such'] },
  prefix: { actions: ['schedule.*'] },
};
const PEOPLE: Record<string, AuditLogFilter> = {
  anybody: {},
  'busy person': { emails: [emailOf(0)] },
  'rare person': { emails: [emailOf(1_900)] },
  '100 people': { emails: people },
};
const SCOPES: Record<string, AuditLogFilter> = {
  'any scope': {},
  'one scope': { scopes: ['COST'] },
  'three scopes': { scopes: ['COST', 'SCHEDULING', 'PLATFORM'] },
};
const OTHERS: Record<string, AuditLogFilter> = {
  'at any time': {},
  'in a week': { createdAt: week },
  denied: { outcomes: ['DENIED'] },
};

interface Asked {
  readonly text: string;
  readonly values: readonly SqlValue[];
}

const setting = await readingPostgres(readingOptions().rows);
const database = await openDatabase(setting.url);
const client = new pg.Client({ connectionString: setting.url, options: READING_PLANS });
await client.connect();
try {
  const asked: Asked[] = [];
  const own = await benchSession(database);
  const session: typeof own = {
    ...own,
    select: (text, values) => {
      asked.push({ text, values });
      return database.select(text, values);
    },
  };
  say(['filter', 'statements', 'custom ms', 'generic ms', 'custom buffers', 'generic buffers']);
  say(Array(6).fill('---'));
  for (const [name, filter] of combinations()) {
    asked.length = 0;
    await listAuditLogs(session, setting.largest, { first: 50, filter });
    // The first is who asks.
    const statements = asked.slice(1);
    const custom = await costOf(statements, 'force_custom_plan');
    const generic = await costOf(statements, 'force_generic_plan');
    const times = [custom, generic].map(({ ms }) => ms.toFixed(2));
    const buffers = [custom, generic].map((cost) => String(cost.buffers));
    say([name, String(statements.length), ...times, ...buffers]);
  }
} finally {
  await client.end();
  await database.close();
  await setting.stop();
}

function say(cells: readonly string[]): void {
  process.stdout.write(`| ${cells.join(' | ')} |\n`);
}

function combinations(): [string, AuditLogFilter][] {
  return [ACTIONS, PEOPLE, SCOPES, OTHERS].reduce<[string, AuditLogFilter][]>(
    (all, kind) =>
      all.flatMap(([name, filter]) =>
        Object.entries(kind).map(([other, more]): [string, AuditLogFilter] => [
          name ? `${name}, ${other}` : other,
          { ...filter, ...more },
        ]),
      ),
    [['', {}]],
  );
}

/** The quickest of three executions of each statement. */
async function costOf(statements: readonly Asked[], mode: string) {
  const sum = { ms: 0, buffers: 0 };
  await client.query(`SET plan_cache_mode = ${mode}`);
  for (const { text, values } of statements) {
    await client.query(`PREPARE asked AS ${text}`);
    const given = values.map((value) => pg.escapeLiteral(String(value))).join(', ');
    const plans = [];
    for (let time = 0; time < 3; time += 1) {
      const { rows } = await client.query(
        `EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) EXECUTE asked(${given})`,
      );
      plans.push(rows[0]['QUERY PLAN'][0]);
    }
    sum.ms += Math.min(...plans.map((plan) => plan['Execution Time']));
    sum.buffers += plans[2].Plan['Shared Hit Blocks'] + plans[2].Plan['Shared Read Blocks'];
    await client.query('DEALLOCATE asked');
  }
  return sum;
}
