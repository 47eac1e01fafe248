import { ConflictError } from '../../kernel/errors.ts';
import type { Session } from '../../ledger/session.ts';
import type { ApiKey } from './access-key.ts';
import { changeApiKey } from './change-api-key.ts';

/**
 * Lets an API key work again that the restore of its organization had disabled.
 * @throws ConflictError it is not disabled | as `changeApiKey`
 */
export const enableApiKey = (
  session: Session,
  { apiKeyId }: { readonly apiKeyId: string },
): Promise<ApiKey> =>
  changeApiKey(session, apiKeyId, async (transaction, { id, name, prefix, disabledAt }) => {
    if (!disabledAt) throw new ConflictError('The API key is not disabled.');
    const data = { revokedAt: null, disabledAt: null };
    return {
      result: await transaction.apiKey.update({ where: { id }, data }),
      event: {
        action: 'apiKey.enabled',
        resourceUID: id,
        metadata: { name, prefix },
        changes: [{ path: 'disabledAt', from: disabledAt.toISOString(), to: null }],
      },
    };
  });
