import { ConflictError } from '../../kernel/errors.ts';
import type { Session } from '../../ledger/session.ts';
import type { ApiKey } from './access-key.ts';
import { changeApiKey } from './change-api-key.ts';

/**
 * Revokes an API key for good: from its commit on every request with it is refused. One that a
 * restore disabled cannot be enabled any more.
 * @throws ConflictError it is revoked already | as `changeApiKey`
 */
export async function revokeApiKey(
  session: Session,
  { apiKeyId }: { readonly apiKeyId: string },
): Promise<ApiKey> {
  return changeApiKey(session, apiKeyId, async (transaction, key) => {
    if (key.revokedAt && !key.disabledAt)
      throw new ConflictError('The API key is revoked already.');
    const revokedAt = session.clock();
    const { id, name, prefix } = key;
    return {
      result: await transaction.apiKey.update({
        where: { id },
        data: { revokedAt, disabledAt: null },
      }),
      event: {
        action: 'apiKey.revoked',
        resourceUID: id,
        metadata: { name, prefix },
        changes: [{ path: 'revokedAt', from: null, to: revokedAt.toISOString() }],
      },
    };
  });
}
