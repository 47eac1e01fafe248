import type { Transaction } from '../../database/database.ts';
import { NotFoundError } from '../../kernel/errors.ts';
import type { OrganizationId } from '../../kernel/ids.ts';
import { type Changed, change } from '../../ledger/change.ts';
import type { Session } from '../../ledger/session.ts';
import { type ApiKey, apiKeyBy } from './access-key.ts';

/**
 * Runs `work` on one key as `change` of its organization with `apiKey:manage`.
 * @throws InvalidInputError | NotFoundError no such key, or not the caller's | as `change`
 */
export async function changeApiKey<T>(
  session: Session,
  apiKeyId: string,
  work: (transaction: Transaction, key: ApiKey) => Promise<Changed<T>>,
): Promise<T> {
  const { organizationId } = await apiKeyBy(session, apiKeyId);
  return change(session, organizationId as OrganizationId, 'apiKey:manage', async (transaction) => {
    const key = await transaction.apiKey.findUnique({ where: { id: apiKeyId } });
    if (!key) throw new NotFoundError('API key', apiKeyId);
    return work(transaction, key);
  });
}
