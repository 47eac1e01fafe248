import { NotFoundError } from '../../kernel/errors.ts';
import type { OrganizationId } from '../../kernel/ids.ts';
import { change } from '../../ledger/change.ts';
import type { Session } from '../../ledger/session.ts';
import { type LegalHold, legalHoldBy } from './legal-hold.ts';

/**
 * Releases a hold: what no other hold covers may go again with the next run of retention. The hold
 * itself is gone; the log tells of it. Gives it as it was.
 * @throws InvalidInputError | NotFoundError no such hold, or not the caller's to see
 * @throws as `change` with `legalHold:manage`
 */
export async function releaseLegalHold(
  session: Session,
  { legalHoldId }: { readonly legalHoldId: string },
): Promise<LegalHold> {
  const { id, organizationId } = await legalHoldBy(session, legalHoldId);
  return change(
    session,
    organizationId as OrganizationId,
    'legalHold:manage',
    async (transaction) => {
      const result = await transaction.legalHold.findUnique({ where: { id } });
      if (!result) throw new NotFoundError('Legal hold', id);
      await transaction.legalHold.delete({ where: { id } });
      return {
        result,
        event: {
          action: 'legalHold.released',
          resourceUID: id,
          metadata: {
            filter: JSON.parse(result.filter) as Record<string, unknown>,
            reason: result.reason,
          },
        },
      };
    },
  );
}
