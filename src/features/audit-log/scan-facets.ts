import { Bindings } from '../../database/bindings.ts';
import type { Session } from '../../ledger/session.ts';
import { type AccessPath, BY_TIME } from './access-path.ts';
import { leadsNowhere } from './choose-path.ts';
import type { Counted } from './facet-rows.ts';
import { orderedPage } from './page-sql.ts';
import { searchLead } from './search-page.ts';
import type { Column, Extent } from './span-sql.ts';
import { NEWEST_FIRST, type Walk, walkOf } from './walk.ts';

/** Where no roll-up answers, so many of the entries that match are counted, newest first. */
const FACET_CAP = 10_000;

/** What entries can be scanned by. */
interface ScanRow extends Record<Column, unknown> {
  readonly scope: string;
  readonly action: string;
  readonly outcome: string;
  readonly email: string | null;
  readonly createdAtMs: number | bigint;
}

type ScannedRow<Name extends Column> = Pick<ScanRow, Name> & { readonly count: number };

/**
 * Counts the newest entries that match, by columns: what is left where roll-ups do not answer.
 * Whether there were more than `FACET_CAP`.
 */
export async function scanned<Name extends Column>(
  session: Session,
  counted: Counted,
  by: readonly Name[],
): Promise<{ rows: ScannedRow<Name>[]; isCapped: boolean }> {
  const { path, parts } = await wayOf(session, counted);
  const rows = new Map<string, ScannedRow<Name>>();
  let total = 0;
  for await (const part of parts) {
    for (const row of await scannedIn(session, path, part, by, FACET_CAP + 1 - total)) {
      const key = JSON.stringify(by.map((name) => String(row[name])));
      rows.set(key, { ...row, count: row.count + (rows.get(key)?.count ?? 0) });
      total += row.count;
    }
    if (total > FACET_CAP) break;
  }
  return { rows: [...rows.values()], isCapped: total > FACET_CAP };
}

/** Where to look, newest first. */
async function wayOf(session: Session, { extent, criteria }: Counted): Promise<Walk> {
  const lead = await searchLead(session, extent, criteria);
  if (!lead?.isWhole) return walkOf(session, extent, criteria, NEWEST_FIRST);
  return { path: lead.path, parts: leadsNowhere(lead.path) ? [] : [extent] };
}

/** At most `most` of a part. */
async function scannedIn<Name extends Column>(
  session: Session,
  path: AccessPath,
  extent: Extent,
  by: readonly Name[],
  most: number,
): Promise<ScannedRow<Name>[]> {
  const bindings = new Bindings(session.provider);
  const rows = { columns: [...new Set<Column>([...BY_TIME, ...by])], limit: most, skip: 0 };
  const page = orderedPage(path, { extent, ordering: NEWEST_FIRST, rows }, bindings);
  const names = by.map((name) => `"${name}"`).join(', ');
  const found = await session.select<Pick<ScanRow, Name> & { count: number | bigint }>(
    `SELECT ${names}, count(*) AS "count" FROM (SELECT * FROM (${page}) AS "newest" LIMIT ${bindings.bind(most)}) AS "found" GROUP BY ${names}`,
    bindings.values,
  );
  return found.map((row) => ({ ...row, count: Number(row.count) }));
}
