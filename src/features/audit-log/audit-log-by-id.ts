import type { Provider } from '../../database/database.ts';
import { rowsOf } from '../../database/dialect.ts';
import { auditLogIdBytes, placeNamed, TAIL_FROM } from '../../kernel/audit-log-id.ts';
import type { AuditLogId, OrganizationId } from '../../kernel/ids.ts';
import { accessTo } from '../../ledger/access.ts';
import type { Session } from '../../ledger/session.ts';
import { type AuditLog, type AuditLogRow, auditLogOf, READABLE_COLUMNS } from './audit-log.ts';
import { columnsSql } from './span-sql.ts';

interface FoundRow extends AuditLogRow {
  readonly organizationId: OrganizationId;
}

/** Entries at the places that ids tell; bound as rows of such places. */
const atPlaces = (
  provider: Provider,
): string => `SELECT l."organizationId", ${columnsSql(READABLE_COLUMNS, 'e.')}
FROM ${rowsOf(provider, '$1', { organizationTail: 'text', sequence: 'int8' })}
JOIN "Ledger" l ON substr(l."organizationId", ${TAIL_FROM}) = "row"."organizationTail"
JOIN "AuditLog" e ON e."ledgerId" = l."id" AND e."sequence" = "row"."sequence"`;

/** Entries whose ids are stored, since they were recorded before ids told places. */
const byStoredIds = (
  provider: Provider,
): string => `SELECT l."organizationId", ${columnsSql(READABLE_COLUMNS, 'stored.')}
FROM ${rowsOf(provider, '$1', { id: 'bytea' })}
JOIN "AuditLog" stored ON stored."id" = "row"."id"
JOIN "Ledger" l ON l."id" = stored."ledgerId"`;

/**
 * The entries with these ids that the caller may read, in the order of the ids; null in the place
 * of every other. One query for the entries, one for those that are of before, and one for each
 * organization they belong to.
 */
export async function auditLogsBy(
  session: Session,
  ids: readonly AuditLogId[],
): Promise<(AuditLog | null)[]> {
  const wanted = new Set(ids);
  const byId = new Map<AuditLogId, AuditLog>();
  const find = async (text: string, asked: readonly object[]) => {
    const rows = await session.select<FoundRow>(text, [JSON.stringify(asked)]);
    for (const row of rows) {
      const entry = auditLogOf(row.organizationId, row);
      // At the place that an id tells may stand an entry of another time, or one that stores its id.
      if (wanted.has(entry.id)) byId.set(entry.id, entry);
    }
  };
  await find(atPlaces(session.provider), ids.map(placeNamed));
  const others = ids.filter((id) => !byId.has(id));
  if (others.length > 0) {
    const asked = others.map((id) => ({ id: Buffer.from(auditLogIdBytes(id)).toString('hex') }));
    await find(byStoredIds(session.provider), asked);
  }
  const found = [...byId.values()];
  const readable = await readableOf(session, new Set(found.map((entry) => entry.organizationId)));
  return ids.map((id) => {
    const entry = byId.get(id);
    return entry && readable.has(entry.organizationId) ? entry : null;
  });
}

/** Those of the organizations whose logs the caller may read. */
async function readableOf(
  session: Session,
  organizationIds: ReadonlySet<OrganizationId>,
): Promise<Set<OrganizationId>> {
  const readable = new Set<OrganizationId>();
  for (const id of organizationIds) {
    const access = await accessTo(session.read, session, id);
    if (access?.allows('auditLog:read')) readable.add(id);
  }
  return readable;
}
