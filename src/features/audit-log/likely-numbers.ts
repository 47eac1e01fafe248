import { Bindings } from '../../database/bindings.ts';
import { DAY_MS } from '../../kernel/clock.ts';
import { PRODUCT_SCOPES } from '../../kernel/vocabulary.ts';
import type { Session } from '../../ledger/session.ts';
import type { Totalled } from '../../ledger/tally-totals.ts';
import { admitted } from './access-path.ts';
import { MOST_LOOSE, upToSql } from './facet-rows.ts';
import { type Criteria, isTimed } from './filter.ts';
import type { Extent } from './span-sql.ts';
import { askedColumns, isTallied, numberSql, onlyOf } from './tally-sql.ts';

/** What roll-ups say of a log, near the truth: to choose a way by. */
export interface LikelyNumbers {
  /** Entries of the log. */
  readonly size: number;
  /** Those of the span of time, with the rest of the days at its ends. */
  readonly inSpan: number;
  /** Those of the log that meet what is asked of the columns of an index; none where nothing is. */
  readonly matching: Readonly<Partial<Record<Told, number>>>;
}

/** The columns of which roll-ups tell, by the index that is narrow by them. */
const TOLD = {
  action: ['scope', 'action'],
  email: ['email'],
  outcome: ['outcome'],
  actorType: ['actorType'],
} as const satisfies Record<string, readonly Totalled[]>;

type Told = keyof typeof TOLD;

const INDEXES = Object.keys(TOLD) as Told[];

/** What is asked for, of which roll-ups tell. Who is left out says little, and would be a sum over everybody. */
function toldOf(criteria: readonly Criteria[]): readonly Told[] {
  const asked = askedColumns(criteria).filter(
    (column) => column !== 'email' || admitted(criteria, 'emails') !== null,
  );
  return INDEXES.filter((index) => TOLD[index].some((column) => asked.includes(column)));
}

/** Null where roll-ups do not know what is asked, or are too far behind the snapshot. */
export async function likelyNumbers(
  session: Session,
  extent: Extent,
  criteria: readonly Criteria[],
): Promise<LikelyNumbers | null> {
  if (!isTallied(criteria)) return null;
  const { ledgerId, sequences } = extent;
  const told = toldOf(criteria);
  const bindings = new Bindings(session.provider);
  const numbers = [
    ...told.map((index) => {
      const asked = { ledgerId, criteria: criteria.map((one) => onlyOf(TOLD[index], one)) };
      return `(${numberSql(asked, bindings)}) AS "${index}"`;
    }),
    `${isTimed(criteria) ? `(${inSpanSql(extent, bindings)})` : '"upTo"'} AS "inSpan"`,
  ];
  const [row] = await session.select<Record<Told | 'inSpan' | 'upTo', number | bigint>>(
    `SELECT "upTo", ${numbers.join(', ')} FROM (${upToSql(bindings.bind(ledgerId))}) AS "mark"`,
    bindings.values,
  );
  const [last = 0] = sequences.below;
  const size = Number(row?.upTo ?? 0);
  if (!row || size === 0 || size < last - MOST_LOOSE) return null;
  return {
    size,
    inSpan: Number(row.inSpan),
    matching: Object.fromEntries(told.map((index) => [index, Number(row[index])])),
  };
}

function inSpanSql({ ledgerId, times: { above, below } }: Extent, bindings: Bindings): string {
  const [from, to] = [above, below].map(([atMs = 0]) => bindings.bind(Math.floor(atMs / DAY_MS)));
  const scopes = bindings.anyOf('"scope"', PRODUCT_SCOPES);
  return `SELECT CAST(coalesce(sum("count"), 0) AS bigint) FROM "AuditScopeDay" WHERE "ledgerId" = ${bindings.bind(ledgerId)} AND ${scopes} AND "day" BETWEEN ${from} AND ${to}`;
}
