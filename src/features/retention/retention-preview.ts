import { ifGiven, refuse } from '../../kernel/problems.ts';
import { authorize } from '../../ledger/authorize.ts';
import type { Session } from '../../ledger/session.ts';
import { standingHolds } from '../legal-hold/held.ts';
import { selectedOrganizationId } from '../organization/current-organization.ts';
import { organizationRow } from '../organization/organization.ts';
import { policyOf } from '../organization/settings.ts';
import { countDue, type DueCount } from './count-due.ts';
import { cutoffsOf } from './policy.ts';
import {
  givenScopes,
  retentionProblem,
  type ScopeRetentionInput,
  scopesProblem,
} from './scope-retention.ts';

/** The retention to try; a field that is absent is as the organization has asked for. */
export interface RetentionPreviewInput {
  readonly organizationId?: string | null | undefined;
  readonly retentionDays?: number | null | undefined;
  readonly scopes?: readonly ScopeRetentionInput[] | null | undefined;
}

/**
 * Counts what a retention would remove if it were in force now; changes nothing.
 * @throws InvalidInputError | as `authorize` with `organization:update`
 */
export async function retentionPreview(
  session: Session,
  { organizationId, retentionDays, scopes }: RetentionPreviewInput,
): Promise<DueCount> {
  refuse(
    ['retentionDays', ifGiven(retentionDays, retentionProblem)],
    ['scopes', ifGiven(scopes, scopesProblem)],
  );
  const id = await selectedOrganizationId(session, organizationId);
  await authorize(session, id, 'organization:update');
  const asked = policyOf(await organizationRow(session, id));
  const policy = {
    retentionDays: retentionDays === undefined ? asked.retentionDays : retentionDays,
    scopes: scopes === undefined ? asked.scopes : givenScopes(scopes),
  };
  const ledger = await session.read.ledger.findUniqueOrThrow({ where: { organizationId: id } });
  return countDue(session, ledger, {
    cutoffs: cutoffsOf(policy, session.clock()),
    holds: await standingHolds(session.read, ledger.id),
  });
}
