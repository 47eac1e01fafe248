import type { OrganizationId } from '../../kernel/ids.ts';
import { type CountedPage, type PageArguments, pageOf, readPaging } from '../../kernel/paging.ts';
import { authorizeReading, readAuthorized } from '../../ledger/authorize.ts';
import { onReplica } from '../../ledger/on-replica.ts';
import type { Session } from '../../ledger/session.ts';
import type { LogHead } from '../../ledger/standing.ts';
import { isImpossible } from './access-path.ts';
import { type AuditLog, type AuditLogRow, auditLogOf, READABLE_COLUMNS } from './audit-log.ts';
import { isStrided } from './choose-path.ts';
import { countSnapshot, type Total } from './count-audit-logs.ts';
import { decodeCursor } from './cursor.ts';
import { type AuditLogFilter, type AuditLogSubject, criteriaOf, isUnrestricted } from './filter.ts';
import { queryCriteria } from './query-text.ts';
import { type AuditLogOrder, type PageWanted, readPage } from './read-page.ts';
import { rememberedPage, rememberPath } from './remembered-paths.ts';
import { snapshotAt } from './snapshot.ts';
import type { Column } from './span-sql.ts';
import { STRIDE } from './strides.ts';

/** Which entries of a log, and in what order. */
export interface ListAuditLogsInput extends PageArguments {
  readonly filter?: AuditLogFilter | null | undefined;
  /** A query text, such as `action:schedule.* scope:cost`; holds together with the filter. */
  readonly query?: string | null | undefined;
  readonly orderBy?: AuditLogOrder | null | undefined;
  /** The snapshot: nothing recorded after this sequence. Absent = the cursor's, else all there is. */
  readonly asOf?: number | null | undefined;
  /** The one thing or person whose trail is wanted; absent = the whole log. */
  readonly about?: AuditLogSubject | undefined;
  /** How many entries to pass over, for numbered pages; it costs their reading. */
  readonly skip?: number;
  /** What to read of each entry besides its place; other fields are not there. Absent = all. */
  readonly columns?: readonly Column[] | undefined;
  /** Whether the total is sure to be asked for: then it is counted with the page. */
  readonly isCounted?: boolean;
}

/** A page of one snapshot of a log, and the count of all that match in it, worked out when asked for. */
export interface AuditLogPage extends CountedPage<AuditLog> {
  /** The last sequence of the snapshot. */
  readonly asOf: number;
}

const NEWEST_FIRST: AuditLogOrder = { field: 'CREATED_AT', direction: 'DESC' };

/**
 * A page of an organization's log.
 * Order is total: entries of one instant follow their sequence, so no entry is missed or met twice.
 * The first page fixes the snapshot of those that follow by its cursors, so entries recorded
 * meanwhile shift no page and the count stays that of the rows.
 * @throws InvalidInputError a filter or page argument breaks a rule
 * @throws NotFoundError | ForbiddenError as `authorize` with `auditLog:read`
 */
export async function listAuditLogs(
  session: Session,
  organizationId: OrganizationId,
  input: ListAuditLogsInput,
): Promise<AuditLogPage> {
  const { filter, query, about, skip = 0, columns = READABLE_COLUMNS, isCounted = false } = input;
  const paging = readPaging(session, input, decodeCursor);
  const criteria = [criteriaOf(filter, about), ...queryCriteria(query)].filter(
    (one) => !isUnrestricted(one),
  );
  const order = input.orderBy ?? NEWEST_FIRST;
  const wanted: PageWanted = { criteria, order, columns, paging, skip, isCounted };
  const { total, asOf, rows } = await read(session, organizationId, wanted, input.asOf);
  return {
    ...pageOf(
      paging,
      rows.map((row) => auditLogOf(organizationId, row)),
    ),
    ...{ asOf, total },
  };
}

/**
 * The rows of a page, the snapshot they are of, and their count. Where the way to them is known, one
 * statement reads them together with what the caller may do; from a replica they are read apart.
 */
async function read(
  session: Session,
  organizationId: OrganizationId,
  wanted: PageWanted,
  given: number | null | undefined,
) {
  const { criteria, isCounted, paging } = wanted;
  const { after, before } = paging;
  const fixed = given ?? after?.asOf ?? before?.asOf ?? null;
  const known = session.replica ? null : rememberedPage(session, organizationId, wanted, fixed);
  if (known) {
    const how = [session, organizationId, 'auditLog:read', known.statement] as const;
    const { head, rows, number } = await readAuthorized<Partial<AuditLogRow>>(...how);
    snapshotAt(given, head);
    const isFilled = rows.length > paging.limit;
    // What a stride does not fill is looked for anew, and further on.
    if (isFilled || head.size <= STRIDE || !isStrided(known.choice)) {
      const asOf = within(head, fixed);
      const total = once(() => countSnapshot(session, head, asOf, criteria, number));
      return { total, asOf, rows };
    }
  }
  const head = await authorizeReading(session, organizationId, 'auditLog:read');
  const asOf = snapshotAt(given, head) ?? within(head, fixed);
  const reading = isImpossible(criteria) ? session : await onReplica(session, head);
  const total = once(() => countSnapshot(reading, head, asOf, criteria));
  if (isImpossible(criteria)) return { total, asOf, rows: [] };
  // A page that fails asks for no count.
  if (isCounted) total().catch(() => undefined);
  const snapshot = { ledgerId: head.ledgerId, beyond: asOf + 1 };
  const rows = await readPage(reading, snapshot, wanted, (choice) =>
    rememberPath(session, organizationId, wanted, choice),
  );
  return { total, asOf, rows };
}

/** A snapshot that a cursor names, no further than the log goes: a cursor can be made up. */
const within = ({ size }: LogHead, asOf: number | null): number => Math.min(asOf ?? size, size);

function once(work: () => Promise<Total>): () => Promise<Total> {
  let result: Promise<Total> | undefined;
  return () => {
    result ??= work();
    return result;
  };
}
