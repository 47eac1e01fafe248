import { timingSafeEqual } from 'node:crypto';
import type { Database } from '../../database/database.ts';
import type { Prisma, ApiKey as Row } from '../../generated/sqlite/client.ts';
import type { Clock } from '../../kernel/clock.ts';
import { UnauthenticatedError } from '../../kernel/errors.ts';
import type { ApiKeyId, OrganizationId } from '../../kernel/ids.ts';
import { KEY_PERMISSIONS, type Permission } from '../../kernel/permission.ts';
import { PRODUCT_SCOPES, type ProductScope } from '../../kernel/vocabulary.ts';
import type { KeyActor, Session } from '../../ledger/session.ts';
import { isSecret, secretHash } from './secret.ts';

/** An API key's row; its secret is not in it. */
export type ApiKey = Row;

/** The API keys a session may see: those of organizations whose keys it manages, and itself. */
export function visibleTo({ actor }: Session): Prisma.ApiKeyWhereInput {
  switch (actor.type) {
    case 'USER': {
      const manages = { userId: actor.id, role: { in: ['OWNER', 'ADMIN'] } };
      return { organization: { purgeAt: null, memberships: { some: manages } } };
    }
    case 'API_KEY':
      return { id: actor.id };
    case 'SYSTEM':
      return {};
  }
}

/** The visible ones among these ids, in their order; null in the place of every other. */
export async function apiKeysBy(
  session: Session,
  ids: readonly string[],
): Promise<(ApiKey | null)[]> {
  const rows = await session.read.apiKey.findMany({
    where: { AND: [{ id: { in: [...ids] } }, visibleTo(session)] },
  });
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id) ?? null);
}

/** The permissions of a key, as stored. */
export const permissionsOf = ({ permissions }: ApiKey): Permission[] =>
  KEY_PERMISSIONS.filter((permission) => permissions.split(' ').includes(permission));

/** The scopes a key may record; empty means every scope. */
export const scopesOf = ({ scopes }: ApiKey): ProductScope[] =>
  PRODUCT_SCOPES.filter((scope) => scopes.split(' ').includes(scope));

/**
 * Who speaks with this secret.
 * @throws UnauthenticatedError unknown, mistyped or revoked: `invalid`; past its time: `expired`
 */
export async function sessionActorOfKey(
  database: Database,
  clock: Clock,
  secret: string,
): Promise<KeyActor> {
  if (!isSecret(secret)) throw new UnauthenticatedError('invalid');
  const hash = secretHash(secret);
  const key = await database.read.apiKey.findUnique({ where: { secretHash: hash } });
  if (!key || !timingSafeEqual(key.secretHash, hash) || key.revokedAt) {
    throw new UnauthenticatedError('invalid');
  }
  if (key.expiresAt && key.expiresAt <= clock()) throw new UnauthenticatedError('expired');
  return {
    type: 'API_KEY',
    id: key.id as ApiKeyId,
    name: key.name,
    organizationId: key.organizationId as OrganizationId,
    permissions: permissionsOf(key),
    scopes: scopesOf(key),
  };
}
