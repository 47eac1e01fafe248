import type { LegalHold as Row } from '../../generated/sqlite/client.ts';
import { NotFoundError } from '../../kernel/errors.ts';
import { isId, type LegalHoldId, type OrganizationId } from '../../kernel/ids.ts';
import { inOrderOf } from '../../kernel/in-order.ts';
import { refuse } from '../../kernel/problems.ts';
import { accessTo } from '../../ledger/access.ts';
import type { Session } from '../../ledger/session.ts';

/** A hold's row. */
export type LegalHold = Row;

/** The holds with these ids that the caller may read, in the order of the ids; null for every other. */
export async function legalHoldsBy(
  session: Session,
  ids: readonly string[],
): Promise<(LegalHold | null)[]> {
  const rows = await session.read.legalHold.findMany({ where: { id: { in: [...ids] } } });
  const readable = new Set<string>();
  for (const organizationId of new Set(rows.map((row) => row.organizationId))) {
    const access = await accessTo(session.read, session, organizationId as OrganizationId);
    if (access?.allows('legalHold:read')) readable.add(organizationId);
  }
  return inOrderOf(
    ids,
    rows.filter(({ organizationId }) => readable.has(organizationId)),
  );
}

/** @throws InvalidInputError a malformed id | NotFoundError no such hold, or not the caller's to see */
export async function legalHoldBy(session: Session, id: string): Promise<LegalHold> {
  refuse(['legalHoldId', isId('hold', id) ? null : MALFORMED]);
  const [hold] = await legalHoldsBy(session, [id as LegalHoldId]);
  if (!hold) throw new NotFoundError('Legal hold', id);
  return hold;
}

const MALFORMED = 'Not a legal hold id: it looks like hold_01h455vb4pex5vsknk084sn02q.';
