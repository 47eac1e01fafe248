import { MINUTE_MS } from '../../kernel/clock.ts';
import { ConflictError } from '../../kernel/errors.ts';
import { refuse } from '../../kernel/problems.ts';
import type { Session } from '../../ledger/session.ts';
import type { ApiKey } from './access-key.ts';
import { changeApiKey } from './change-api-key.ts';
import { newSecret, secretHash, shownPrefix } from './secret.ts';

/** Which key, and how long the secret it has now stays valid beside the new one. */
export interface RotateApiKeyInput {
  readonly apiKeyId: string;
  /** From 0, which is the default, to a week. */
  readonly overlapMinutes?: number | null | undefined;
}

/** The longest overlap: a week. */
export const LONGEST_OVERLAP_MINUTES = 7 * 24 * 60;

/**
 * Gives an API key a new secret, returned this once. The present one is refused from the commit on,
 * or when the overlap ends; one that was still valid from an earlier rotation is refused at once.
 * @throws ConflictError the key is revoked or expired | InvalidInputError | as `changeApiKey`
 */
export async function rotateApiKey(
  session: Session,
  { apiKeyId, overlapMinutes }: RotateApiKeyInput,
): Promise<{ apiKey: ApiKey; secret: string }> {
  const overlap = overlapMinutes ?? 0;
  refuse([
    'overlapMinutes',
    overlap < 0 || overlap > LONGEST_OVERLAP_MINUTES
      ? `Must be from 0 to ${LONGEST_OVERLAP_MINUTES}, a week; it is ${overlap}.`
      : null,
  ]);
  const secret = newSecret();
  const prefix = shownPrefix(secret);
  return changeApiKey(session, apiKeyId, async (transaction, key) => {
    const now = session.clock();
    const { id, name } = key;
    if (key.revokedAt || (key.expiresAt && key.expiresAt <= now)) {
      throw new ConflictError('The API key is revoked or expired: make a new one.');
    }
    const previousSecretExpiresAt =
      overlap === 0 ? null : new Date(now.getTime() + overlap * MINUTE_MS);
    const apiKey = await transaction.apiKey.update({
      where: { id },
      data: {
        prefix,
        secretHash: secretHash(secret),
        previousSecretHash: overlap === 0 ? null : key.secretHash,
        previousSecretExpiresAt,
      },
    });
    return {
      result: { apiKey, secret },
      event: {
        action: 'apiKey.rotated',
        resourceUID: id,
        metadata: {
          name,
          prefix,
          previousSecretExpiresAt: previousSecretExpiresAt?.toISOString() ?? null,
        },
        changes: [{ path: 'prefix', from: key.prefix, to: prefix }],
      },
    };
  });
}
