import { refuse } from '../../kernel/problems.ts';
import { nameProblem, trimmedName } from '../../kernel/text.ts';
import type { Session } from '../../ledger/session.ts';
import type { ApiKey } from './access-key.ts';
import { changeApiKey } from './change-api-key.ts';

/** Which key, and what to call it. */
export interface RenameApiKeyInput {
  readonly apiKeyId: string;
  readonly name: string;
}

/**
 * Gives an API key another name; entries keep the name it had when they were recorded.
 * @throws InvalidInputError | as `changeApiKey`
 */
export async function renameApiKey(
  session: Session,
  { apiKeyId, name: given }: RenameApiKeyInput,
): Promise<ApiKey> {
  refuse(['name', nameProblem(given)]);
  const name = trimmedName(given);
  return changeApiKey(session, apiKeyId, async (transaction, key) => ({
    result: await transaction.apiKey.update({ where: { id: key.id }, data: { name } }),
    event: {
      action: 'apiKey.renamed',
      resourceUID: key.id,
      metadata: { name, formerName: key.name },
      changes: [{ path: 'name', from: key.name, to: name }],
    },
  }));
}
