import { newId } from '../../kernel/ids.ts';
import { nearest } from '../../kernel/nearest.ts';
import { KEY_PERMISSIONS } from '../../kernel/permission.ts';
import { ifGiven, refuse } from '../../kernel/problems.ts';
import { nameProblem } from '../../kernel/text.ts';
import { PRODUCT_SCOPES, type ProductScope } from '../../kernel/vocabulary.ts';
import { change } from '../../ledger/change.ts';
import type { Session } from '../../ledger/session.ts';
import { selectedOrganizationId } from '../organization/current-organization.ts';
import type { ApiKey } from './access-key.ts';
import { newSecret, secretHash, shownPrefix } from './secret.ts';

/** What a key may do and until when; no scopes means that it may record all of them. */
export interface CreateApiKeyInput {
  readonly organizationId?: string | null | undefined;
  readonly name: string;
  readonly permissions: readonly string[];
  readonly scopes?: readonly ProductScope[] | null | undefined;
  readonly expiresAt?: Date | null | undefined;
}

/**
 * Makes an API key of an organization. Its secret is returned this once; only a hash is stored.
 * @throws InvalidInputError | as `change` with `apiKey:manage`
 */
export async function createApiKey(
  session: Session,
  input: CreateApiKeyInput,
): Promise<{ apiKey: ApiKey; secret: string }> {
  const now = session.clock();
  refuse(
    ['name', nameProblem(input.name)],
    ['permissions', permissionsProblem(input.permissions)],
    ['expiresAt', ifGiven(input.expiresAt, (at) => (at > now ? null : 'Must lie in the future.'))],
  );
  const organizationId = await selectedOrganizationId(session, input.organizationId);
  const secret = newSecret();
  const id = newId('key');
  const name = input.name.trim();
  const permissions = KEY_PERMISSIONS.filter((known) => input.permissions.includes(known));
  const scopes = PRODUCT_SCOPES.filter((known) => input.scopes?.includes(known));
  const prefix = shownPrefix(secret);
  const expiresAt = input.expiresAt ?? null;
  return change(session, organizationId, 'apiKey:manage', async (transaction) => {
    const apiKey = await transaction.apiKey.create({
      data: {
        id,
        organizationId,
        name,
        prefix,
        secretHash: secretHash(secret),
        permissions: permissions.join(' '),
        scopes: scopes.join(' '),
        createdAt: now,
        expiresAt,
      },
    });
    return {
      result: { apiKey, secret },
      event: {
        action: 'apiKey.created',
        resourceUID: id,
        metadata: {
          name,
          prefix,
          permissions,
          scopes,
          expiresAt: expiresAt?.toISOString() ?? null,
        },
      },
    };
  });
}

function permissionsProblem(permissions: readonly string[]): string | null {
  if (permissions.length === 0) return `Give at least one of ${KEY_PERMISSIONS.join(', ')}.`;
  const unknown = permissions.find(
    (name) => !(KEY_PERMISSIONS as readonly string[]).includes(name),
  );
  if (unknown === undefined) return null;
  const match = nearest(unknown, KEY_PERMISSIONS);
  return `An API key cannot have the permission ${JSON.stringify(unknown.slice(0, 60))}${
    match ? `, did you mean ${match}?` : `: choose from ${KEY_PERMISSIONS.join(', ')}.`
  }`;
}
