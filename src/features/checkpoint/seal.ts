import type { AuditLogId, OrganizationId } from '../../kernel/ids.ts';
import { type EntryFields, entryBody } from '../../ledger/entry-body.ts';
import { leafHash } from '../../ledger/merkle.ts';
import type { Session } from '../../ledger/session.ts';
import { padded } from '../../ledger/tile.ts';
import type { AuditLog } from '../audit-log/audit-log.ts';

/** What seals an entry: its leaf, and the commitments to what may be erased of it. */
export interface Seal {
  readonly leafHash: Uint8Array;
  readonly actorCommitment: Uint8Array;
  readonly contentCommitment: Uint8Array;
}

/** An entry that was read, as far as its place. */
export interface EntryPlace {
  readonly id: AuditLogId;
  readonly organizationId: OrganizationId;
  readonly sequence: number;
}

/** The seals of entries that were read, in their order; one statement for each organization. */
export async function sealsOf(
  { select }: Session,
  places: readonly EntryPlace[],
): Promise<(Seal | null)[]> {
  const seals = new Map<string, Seal>();
  for (const [organizationId, group] of Map.groupBy(places, (place) => place.organizationId)) {
    const asked = padded(group.map(({ sequence }) => sequence));
    const list = asked.map((_, place) => `$${place + 2}`).join(', ');
    const rows = await select<Seal & { sequence: number | bigint }>(
      `SELECT e."sequence", e."leafHash", e."actorCommitment", e."contentCommitment"
FROM "Ledger" l JOIN "AuditLog" e ON e."ledgerId" = l."id"
WHERE l."organizationId" = $1 AND e."sequence" IN (${list})`,
      [organizationId, ...asked],
    );
    for (const { sequence, ...seal } of rows) seals.set(`${organizationId} ${sequence}`, seal);
  }
  return places.map(
    ({ organizationId, sequence }) => seals.get(`${organizationId} ${sequence}`) ?? null,
  );
}

/**
 * The canonical body of an entry, made from what it says; null where that is not what its leaf
 * stands for, since something of the body was erased, or the entry was altered.
 */
export function canonicalBody(entry: AuditLog, seal: Seal): string | null {
  const body = entryBody(bodyFields(entry, seal));
  return Buffer.compare(leafHash(body), seal.leafHash) === 0 ? body : null;
}

const bodyFields = (entry: AuditLog, seal: Seal): EntryFields => ({
  ...entry,
  organization: entry.organizationId,
  createdAtMs: entry.createdAt.getTime(),
  recordedAtMs: entry.recordedAt.getTime(),
  actor: seal.actorCommitment,
  content: seal.contentCommitment,
});
