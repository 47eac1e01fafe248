import type { Provider } from '../../database/database.ts';
import type { OrganizationId } from '../../kernel/ids.ts';
import {
  type CountedPage,
  type PageArguments,
  type Paging,
  pageOf,
  readPaging,
} from '../../kernel/paging.ts';
import { authorize } from '../../ledger/authorize.ts';
import type { Session } from '../../ledger/session.ts';
import { type AuditLog, type AuditLogRow, auditLogOf, READABLE_COLUMNS } from './audit-log.ts';
import { type AuditLogCursor, decodeCursor } from './cursor.ts';
import {
  type AuditLogFilter,
  type AuditLogSubject,
  type Criteria,
  criteriaOf,
  isUnrestricted,
} from './filter.ts';
import { Bindings, conditionsOf } from './filter-sql.ts';
import { queryCriteria } from './query-text.ts';

/** How to order entries; by default newest first by when they occurred. */
export interface AuditLogOrder {
  readonly field: 'CREATED_AT' | 'SEQUENCE';
  readonly direction: 'ASC' | 'DESC';
}

/** Which entries of a log, and in what order. */
export interface ListAuditLogsInput extends PageArguments {
  readonly filter?: AuditLogFilter | null | undefined;
  /** A query text, such as `action:schedule.* scope:cost`; holds together with the filter. */
  readonly query?: string | null | undefined;
  readonly orderBy?: AuditLogOrder | null | undefined;
  /** The one thing or person whose trail is wanted; absent = the whole log. */
  readonly about?: AuditLogSubject | undefined;
  /** How many entries to pass over, for numbered pages; it costs their reading. */
  readonly skip?: number;
}

/** A page of a log, and the count of all that match, worked out only when asked for. */
export type AuditLogPage = CountedPage<AuditLog>;

/** Filtered counts are exact up to here, and flagged as capped beyond. */
const COUNT_CAP = 10_000;

const NEWEST_FIRST: AuditLogOrder = { field: 'CREATED_AT', direction: 'DESC' };

/**
 * A page of an organization's log.
 * Order is total: entries of one instant follow their sequence, so no entry is missed or met twice.
 * @throws InvalidInputError a filter or page argument breaks a rule
 * @throws NotFoundError | ForbiddenError as `authorize` with `auditLog:read`
 */
export async function listAuditLogs(
  session: Session,
  organizationId: OrganizationId,
  { filter, query, orderBy, about, skip = 0, ...pageArguments }: ListAuditLogsInput,
): Promise<AuditLogPage> {
  const paging = readPaging(pageArguments, decodeCursor);
  const criteria = [criteriaOf(filter, about), ...queryCriteria(query)].filter(
    (one) => !isUnrestricted(one),
  );
  await authorize(session, organizationId, 'auditLog:read');
  const ledger = await session.read.ledger.findUniqueOrThrow({
    where: { organizationId },
    select: { id: true, size: true, firstKeptSequence: true },
  });
  const { text, values } = pageStatement(
    session.provider,
    ledger.id,
    criteria,
    orderBy ?? NEWEST_FIRST,
    { ...paging, skip },
  );
  const read = await session.select<AuditLogRow>(text, values);
  return {
    ...pageOf(
      paging,
      read.map((row) => auditLogOf(organizationId, row)),
    ),
    total: once(() =>
      criteria.length === 0
        ? Promise.resolve({
            count: Number(ledger.size - ledger.firstKeptSequence + 1n),
            isCapped: false,
          })
        : countMatching(session, ledger.id, criteria),
    ),
  };
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => {
    result ??= work();
    return result;
  };
}

/** The columns that readers may see, as SQL. */
export const COLUMNS = READABLE_COLUMNS.map((column) => `"${column}"`).join(', ');

/** The statement of one page: keyset by row comparison, flat at any depth, one text per shape. */
function pageStatement(
  provider: Provider,
  ledgerId: number,
  criteria: readonly Criteria[],
  { field, direction }: AuditLogOrder,
  { limit, backward, after, before, skip }: Paging<AuditLogCursor> & { skip: number },
) {
  const bindings = new Bindings();
  const key = field === 'CREATED_AT' ? ['createdAtMs', 'sequence'] : ['sequence'];
  const columns = key.map((column) => `"${column}"`);
  const ascending = (direction === 'ASC') !== backward;
  const beyond = (operator: string, cursor: AuditLogCursor): string => {
    const places = (field === 'CREATED_AT' ? [cursor.createdAtMs] : []).concat(cursor.sequence);
    return `(${columns.join(', ')}) ${operator} (${places.map((at) => bindings.bind(at)).join(', ')})`;
  };
  const [later, earlier] = direction === 'ASC' ? ['>', '<'] : ['<', '>'];
  const conditions = [
    `"ledgerId" = ${bindings.bind(ledgerId)}`,
    ...criteria.flatMap((one) => conditionsOf(provider, one, bindings)),
    ...(after ? [beyond(later, after)] : []),
    ...(before ? [beyond(earlier, before)] : []),
  ];
  const order = columns.map((column) => `${column} ${ascending ? 'ASC' : 'DESC'}`).join(', ');
  const rows = `LIMIT ${bindings.bind(limit + 1)}${skip > 0 ? ` OFFSET ${bindings.bind(skip)}` : ''}`;
  const text = `SELECT ${COLUMNS} FROM "AuditLog" WHERE ${conditions.join(' AND ')} ORDER BY ${order} ${rows}`;
  return { text, values: bindings.values };
}

async function countMatching(session: Session, ledgerId: number, criteria: readonly Criteria[]) {
  const bindings = new Bindings();
  const conditions = [
    `"ledgerId" = ${bindings.bind(ledgerId)}`,
    ...criteria.flatMap((one) => conditionsOf(session.provider, one, bindings)),
  ].join(' AND ');
  const [row] = await session.select<{ count: number | bigint }>(
    `SELECT count(*) AS "count" FROM (SELECT 1 FROM "AuditLog" WHERE ${conditions} LIMIT ${bindings.bind(COUNT_CAP + 1)}) AS "matching"`,
    bindings.values,
  );
  const count = Number(row?.count ?? 0);
  return { count: Math.min(count, COUNT_CAP), isCapped: count > COUNT_CAP };
}
