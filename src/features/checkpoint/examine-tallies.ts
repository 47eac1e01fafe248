import { DAY_MS } from '../../kernel/clock.ts';
import type { LogTree } from '../../ledger/proved.ts';
import { decodeQuarters, QUARTER_MS } from '../../ledger/quarters.ts';
import type { Session } from '../../ledger/session.ts';
import { QUARTER_SQL, TALLIED, TALLIES } from '../../ledger/tallies.ts';
import { TOTALLED } from '../../ledger/tally-totals.ts';
import type { Finding } from './finding.ts';

const CELL = TALLIED.map((name) => `"${name}"`).join(', ');
const UP_TO = `coalesce((SELECT "upToSequence" FROM "Derivation" WHERE "ledgerId" = $1 AND "name" = '${TALLIES.name}'), 0)`;
const ENTRIES = `FROM "AuditLog" WHERE "ledgerId" = $1 AND "sequence" <= ${UP_TO}`;
/** The day of UTC in which an entry occurred, before the epoch too. */
const DAY = `("createdAtMs" - (("createdAtMs" % ${DAY_MS}) + ${DAY_MS}) % ${DAY_MS}) / ${DAY_MS}`;

/** What is counted: by which columns, from which rows, and of which entries. */
const COUNTS: Readonly<Record<string, { by: string; stored: string; entries: string }>> = {
  tallies: {
    by: CELL,
    stored: `SELECT ${CELL}, "count" AS "n" FROM "AuditTally" WHERE "ledgerId" = $1`,
    entries: `SELECT ${CELL}, -1 AS "n" ${ENTRIES}`,
  },
  people: {
    by: `"email", ${CELL}`,
    stored: `SELECT a."email", ${CELL}, a."count" AS "n" FROM "AuditActorTally" a JOIN "AuditTally" t ON t."id" = a."tallyId" WHERE a."ledgerId" = $1`,
    entries: `SELECT "email", ${CELL}, -1 AS "n" ${ENTRIES} AND "email" IS NOT NULL`,
  },
  totals: {
    by: '"field", "value"',
    stored: `SELECT "field", "value", "count" AS "n" FROM "AuditTotal" WHERE "ledgerId" = $1`,
    entries: TOTALLED.map(
      (field) =>
        `SELECT '${field}' AS "field", "${field}" AS "value", -count(*) AS "n" ${ENTRIES} AND "${field}" IS NOT NULL GROUP BY "${field}"`,
    ).join(' UNION ALL '),
  },
  days: {
    by: `"day", ${CELL}`,
    stored: `SELECT d."day", ${CELL}, d."count" AS "n" FROM "AuditTally" t JOIN "AuditTallyDay" d ON d."tallyId" = t."id" WHERE t."ledgerId" = $1`,
    entries: `SELECT ${DAY} AS "day", ${CELL}, -1 AS "n" ${ENTRIES}`,
  },
  'days of scopes': {
    by: '"day", "scope"',
    stored: `SELECT "day", "scope", "count" AS "n" FROM "AuditScopeDay" WHERE "ledgerId" = $1`,
    entries: `SELECT ${DAY} AS "day", "scope", -1 AS "n" ${ENTRIES}`,
  },
};

/**
 * Compares the roll-ups of a log with its entries, each count in one statement, so that what happens
 * meanwhile does not show as a difference.
 */
export async function examineTallies(session: Session, { ledgerId }: LogTree): Promise<Finding> {
  for (const [name, { by, stored, entries }] of Object.entries(COUNTS)) {
    const [wrong] = await session.select<Record<string, unknown>>(
      `SELECT ${by}, sum("n") AS "difference" FROM (${stored} UNION ALL ${entries}) AS "one" GROUP BY ${by} HAVING sum("n") <> 0 LIMIT 1`,
      [ledgerId],
    );
    if (wrong) return differing(name, Object.values(wrong).join(' '));
  }
  const [beyond] = await session.select<{ upTo: number | bigint }>(BEYOND, [
    ...[ledgerId, TALLIES.name],
  ]);
  if (beyond) return differing('marker', `${beyond.upTo}, beyond the last entry`);
  const wrong = await firstWrongQuarter(session, ledgerId);
  return wrong
    ? differing('quarters of an hour', wrong)
    : { verdict: 'sound', text: 'the roll-ups say what the entries say' };
}

const differing = (name: string, place: string): Finding => ({
  verdict: 'broken',
  text: `the roll-ups by ${name} differ from the entries at ${place}; facets are wrong: npm run rebuild-tallies makes them anew`,
});

const BEYOND = `SELECT d."upToSequence" AS "upTo" FROM "Derivation" d JOIN "Ledger" l ON l."id" = d."ledgerId"
WHERE d."ledgerId" = $1 AND d."name" = $2 AND d."upToSequence" > l."size"`;

/** Days compared at once. */
const WINDOW_DAYS = 31;

interface Row {
  readonly scope: string;
  readonly at: number | bigint;
  readonly count: number | bigint;
  readonly quarters: Uint8Array | null;
}

/** The quarters of a scope's days against the entries, and those of its tallies' days in sum. */
async function firstWrongQuarter({ select }: Session, ledgerId: number): Promise<string | null> {
  const [ends] = await select<Record<'first' | 'last', number | null>>(
    'SELECT min("day") AS "first", max("day") AS "last" FROM "AuditScopeDay" WHERE "ledgerId" = $1',
    [ledgerId],
  );
  if (ends?.first == null || ends.last == null) return null;
  for (let day = ends.first; day <= ends.last; day += WINDOW_DAYS) {
    const next = day + WINDOW_DAYS;
    const rows = await select<Row & { kind: 'entries' | 'scopes' | 'tallies' }>(QUARTERS, [
      ledgerId,
      ...[day, next, day * DAY_MS, next * DAY_MS],
    ]);
    const [counted, scopes, tallies] = (['entries', 'scopes', 'tallies'] as const).map((kind) =>
      quartersOf(rows.filter((row) => row.kind === kind)),
    );
    for (const stored of [scopes, tallies]) {
      const wrong = firstDifference(stored ?? new Map(), counted ?? new Map());
      if (wrong !== null) return wrong;
    }
  }
  return null;
}

const QUARTERS = `
SELECT 'scopes' AS "kind", "scope", "day" AS "at", 0 AS "count", "quarters" FROM "AuditScopeDay" WHERE "ledgerId" = $1 AND "day" >= $2 AND "day" < $3
UNION ALL SELECT 'tallies', "scope", d."day", 0, d."quarters" FROM "AuditTally" t JOIN "AuditTallyDay" d ON d."tallyId" = t."id" WHERE t."ledgerId" = $1 AND d."day" >= $2 AND d."day" < $3
UNION ALL SELECT 'entries', "scope", ${QUARTER_SQL}, count(*), NULL ${ENTRIES} AND "createdAtMs" >= $4 AND "createdAtMs" < $5 GROUP BY "scope", ${QUARTER_SQL}`;

function quartersOf(rows: readonly Row[]): Map<string, number> {
  const counts = new Map<string, number>();
  const add = (scope: string, quarter: number, count: number) => {
    const key = `${new Date(quarter * QUARTER_MS).toISOString()} ${scope}`;
    counts.set(key, (counts.get(key) ?? 0) + count);
  };
  for (const { scope, at, count, quarters } of rows) {
    if (!quarters) add(scope, Number(at), Number(count));
    else {
      const start = (Number(at) * DAY_MS) / QUARTER_MS;
      for (const [quarter, own] of decodeQuarters(quarters)) add(scope, start + quarter, own);
    }
  }
  return counts;
}

const firstDifference = (a: Map<string, number>, b: Map<string, number>): string | null =>
  [...a.keys(), ...b.keys()].find((key) => (a.get(key) ?? 0) !== (b.get(key) ?? 0)) ?? null;
