/**
 * What pages by every combination of filters cost: on Postgres the execution of all their statements
 * with custom and generic plans, on SQLite the time of the page. `npm run bench:filters`;
 * `-- --rows 200000 --keep /tmp/data --only sqlite` for less.
 */
import process from 'node:process';
import pg from 'pg';
import type { Provider, SqlValue } from '../src/database/database.ts';
import { openDatabase } from '../src/database/open.ts';
import { PAGE_PLANS } from '../src/database/postgresql-pool.ts';
import { listAuditLogs } from '../src/features/audit-log/list-audit-logs.ts';
import type { AuditLogOrder } from '../src/features/audit-log/read-page.ts';
import type { OrganizationId } from '../src/kernel/ids.ts';
import type { Session } from '../src/ledger/session.ts';
import { type Combination, combinations, limitMs } from './filter-kinds.ts';
import { onReadingDatabases, type ReadingSetting, readingOptions } from './read-setting.ts';
import { benchSession, median } from './record-setting.ts';

/** One combination in one order: what must hold for it, and what was seen. */
interface Measured {
  readonly name: string;
  readonly limitMs: number;
  /** The longer of the plans. */
  readonly ms: number;
  readonly cells: readonly string[];
}

type Measure = (
  combination: Combination,
  field: AuditLogOrder['field'],
) => Promise<Pick<Measured, 'ms' | 'cells'>>;

const HEADINGS: Record<Provider, readonly string[]> = {
  postgresql: ['statements', 'custom ms', 'generic ms', 'custom buffers', 'generic buffers'],
  sqlite: ['page ms'],
};
const REPEATS = 9;

await onReadingDatabases(readingOptions(), async (provider, setting) => {
  const database = await openDatabase(setting.url);
  const session = await benchSession(database);
  const client = new pg.Client({ connectionString: setting.url, options: PAGE_PLANS });
  if (provider === 'postgresql') await client.connect();
  try {
    const measure =
      provider === 'sqlite' ? timesOf(session, setting) : plansOf(session, setting, client);
    for (const field of ['CREATED_AT', 'SEQUENCE'] as const) {
      const measured: Measured[] = [];
      for (const combination of combinations()) {
        const { name, filter } = combination;
        measured.push({
          ...{ name, limitMs: limitMs(filter) },
          ...(await measure(combination, field)),
        });
      }
      print(`${provider}, ordered by ${field}`, HEADINGS[provider], measured);
    }
  } finally {
    if (provider === 'postgresql') await client.end();
    await database.close();
  }
});

/** Worst first. */
function print(title: string, headings: readonly string[], measured: readonly Measured[]): void {
  const sorted = measured.toSorted((a, b) => b.ms / b.limitMs - a.ms / a.limitMs);
  const held = measured.filter(({ ms, limitMs: most }) => ms <= most);
  const lines = [
    ['filter', 'at most ms', ...headings],
    ['---', '---', ...headings.map(() => '---')],
    ...sorted.map(({ name, limitMs: most, cells }) => [name, String(most), ...cells]),
  ];
  const table = lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  process.stdout.write(
    `\n${title}\n\n${table}\n\n${title}: ${held.length} of ${measured.length} combinations hold; the worst takes ${sorted[0]?.ms.toFixed(2)} ms.\n`,
  );
}

function timesOf(session: Session, { largest }: ReadingSetting): Measure {
  return async ({ filter }, field) => {
    const times: number[] = [];
    for (let repeat = 0; repeat < REPEATS; repeat += 1) {
      const startedAt = performance.now();
      await page(session, largest, filter, field);
      times.push(performance.now() - startedAt);
    }
    const ms = median(times);
    return { ms, cells: [ms.toFixed(2)] };
  };
}

function page(
  session: Session,
  id: OrganizationId,
  filter: Combination['filter'],
  field: AuditLogOrder['field'],
) {
  return listAuditLogs(session, id, {
    ...{ first: 50, filter, orderBy: { field, direction: 'DESC' } },
  });
}

interface Asked {
  readonly text: string;
  readonly values: readonly SqlValue[];
}

function plansOf(own: Session, { largest }: ReadingSetting, client: pg.Client): Measure {
  const asked: Asked[] = [];
  const session: Session = {
    ...own,
    select: (text, values) => {
      asked.push({ text, values });
      return own.select(text, values);
    },
  };
  return async ({ filter }, field) => {
    asked.length = 0;
    await page(session, largest, filter, field);
    // The first is who asks.
    const statements = asked.slice(1);
    const custom = await costOf(client, statements, 'force_custom_plan');
    const generic = await costOf(client, statements, 'force_generic_plan');
    const costs = [custom, generic];
    return {
      ms: Math.max(custom.ms, generic.ms),
      cells: [
        String(statements.length),
        ...costs.map(({ ms }) => ms.toFixed(2)),
        ...costs.map(({ buffers }) => String(buffers)),
      ],
    };
  };
}

/** The quickest of three executions of each statement, summed. */
async function costOf(client: pg.Client, statements: readonly Asked[], mode: string) {
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
