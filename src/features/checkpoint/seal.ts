import type { OrganizationId } from '../../kernel/ids.ts';
import { type BodyRow, storedBody } from '../../ledger/entry-body.ts';
import { SEALED_COLUMNS, type SealedRow, sealOf } from '../../ledger/entry-seal.ts';
import { leafHash } from '../../ledger/merkle.ts';
import type { Session } from '../../ledger/session.ts';
import { padded } from '../../ledger/tile.ts';

/** What seals an entry. */
export interface Seal {
  readonly leafHash: Uint8Array;
  /** What the leaf is the hash of; null where what is stored no longer gives the leaf. */
  readonly canonicalBody: string | null;
}

/** An entry that was read, as far as its place. */
export interface EntryPlace {
  readonly organizationId: OrganizationId;
  readonly sequence: number;
}

/** The columns that the leaf of an entry is made of, and the leaf. */
export interface SealRow extends BodyRow, SealedRow {
  readonly leafHash: Uint8Array;
}

/** Their names. */
export const SEAL_COLUMNS = [
  'id',
  'sequence',
  'scope',
  'action',
  'outcome',
  'origin',
  'resourceType',
  'resourceUID',
  'actorType',
  'actorId',
  'correlationId',
  'createdAtMs',
  'recordedAtMs',
  ...SEALED_COLUMNS,
  'leafHash',
] as const satisfies (keyof SealRow)[];

/** The seals of entries that were read, in their order; one statement for each organization. */
export async function sealsOf(
  { select }: Session,
  places: readonly EntryPlace[],
): Promise<(Seal | null)[]> {
  const seals = new Map<string, Seal>();
  const columns = SEAL_COLUMNS.map((column) => `e."${column}"`).join(', ');
  for (const [organizationId, group] of Map.groupBy(places, (place) => place.organizationId)) {
    const asked = padded(group.map(({ sequence }) => sequence));
    const list = asked.map((_, place) => `$${place + 2}`).join(', ');
    const rows = await select<SealRow>(
      `SELECT ${columns} FROM "Ledger" l JOIN "AuditLog" e ON e."ledgerId" = l."id"
WHERE l."organizationId" = $1 AND e."sequence" IN (${list})`,
      [organizationId, ...asked],
    );
    for (const row of rows) {
      const seal = { leafHash: row.leafHash, canonicalBody: canonicalBody(organizationId, row) };
      seals.set(`${organizationId} ${row.sequence}`, seal);
    }
  }
  return places.map(
    ({ organizationId, sequence }) => seals.get(`${organizationId} ${sequence}`) ?? null,
  );
}

/**
 * The canonical body of an entry, made from its columns; null where that is not what its leaf
 * stands for, since something of the body was erased, or the entry was altered.
 */
export function canonicalBody(organizationId: OrganizationId, row: SealRow): string | null {
  const body = storedBody(organizationId, row, sealOf(row));
  return Buffer.compare(leafHash(body), row.leafHash) === 0 ? body : null;
}
