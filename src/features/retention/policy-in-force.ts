import type { Reader, Transaction } from '../../database/database.ts';
import { policyOf } from '../organization/settings.ts';
import { pendingRetention } from './pending-retention.ts';
import type { RetentionPolicy } from './policy.ts';

/**
 * The retention that pruning obeys at `now`: what was asked for, or while a shorter one waits, what
 * is kept meanwhile. Null when the organization is gone or waits to be purged: its log stays whole.
 */
export async function policyInForce(
  source: Pick<Reader | Transaction, 'organization' | 'pendingRetention'>,
  organizationId: string,
  now: Date,
): Promise<RetentionPolicy | null> {
  const organization = await source.organization.findUnique({
    where: { id: organizationId },
    select: { retentionDays: true, scopeRetention: true, purgeAt: true },
  });
  if (!organization || organization.purgeAt) return null;
  const pending = await pendingRetention(source, organizationId, now);
  return pending?.inForce ?? policyOf(organization);
}
