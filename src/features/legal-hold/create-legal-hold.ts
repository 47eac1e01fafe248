import { ConflictError } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import { refuse } from '../../kernel/problems.ts';
import { storableTextProblem } from '../../kernel/text.ts';
import { change } from '../../ledger/change.ts';
import type { Session } from '../../ledger/session.ts';
import type { AuditLogFilter } from '../audit-log/filter.ts';
import { selectedOrganizationId } from '../organization/current-organization.ts';
import { holdFilterOf, holdFilterText } from './hold-filter.ts';
import type { LegalHold } from './legal-hold.ts';

/** What to keep, and why. */
export interface CreateLegalHoldInput {
  readonly organizationId?: string | null | undefined;
  /** Also entries that are recorded later; one that restricts nothing holds the whole log. */
  readonly filter: AuditLogFilter;
  readonly reason: string;
}

/** Each hold is looked at for every entry that is to go. */
const MOST_HOLDS = 100;
const LONGEST_REASON = 1_000;

/**
 * Puts entries under a hold: once this returns, neither retention nor erasure takes any of them.
 * @throws InvalidInputError | ConflictError 100 holds stand already
 * @throws as `change` with `legalHold:manage`
 */
export async function createLegalHold(
  session: Session,
  input: CreateLegalHoldInput,
): Promise<LegalHold> {
  refuse(['reason', reasonProblem(input.reason)]);
  const filter = holdFilterOf(input.filter);
  const organizationId = await selectedOrganizationId(session, input.organizationId);
  const { actor, clock } = session;
  const id = newId('hold');
  const reason = input.reason.trim();
  return change(session, organizationId, 'legalHold:manage', async (transaction) => {
    const standing = await transaction.legalHold.count({ where: { organizationId } });
    if (standing >= MOST_HOLDS) {
      throw new ConflictError(`${MOST_HOLDS} legal holds stand already: release one first.`);
    }
    const ledger = await transaction.ledger.findUniqueOrThrow({ where: { organizationId } });
    const result = await transaction.legalHold.create({
      data: {
        ...{ id, organizationId, ledgerId: ledger.id, filter: holdFilterText(filter), reason },
        createdById: actor.type === 'USER' ? actor.id : null,
        createdAt: clock(),
      },
    });
    return {
      result,
      event: {
        action: 'legalHold.created',
        resourceUID: id,
        metadata: { filter: { ...filter }, reason },
      },
    };
  });
}

function reasonProblem(reason: string): string | null {
  if (reason.trim() === '') return 'Say why the entries are to be kept.';
  return reason.length > LONGEST_REASON
    ? `Must be at most ${LONGEST_REASON} characters.`
    : storableTextProblem(reason);
}
