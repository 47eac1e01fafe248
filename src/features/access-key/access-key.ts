import { timingSafeEqual } from 'node:crypto';
import type { Database } from '../../database/database.ts';
import type { Prisma, ApiKey as Row } from '../../generated/sqlite/client.ts';
import type { Clock } from '../../kernel/clock.ts';
import { NotFoundError, UnauthenticatedError } from '../../kernel/errors.ts';
import { type ApiKeyId, isId, type OrganizationId } from '../../kernel/ids.ts';
import { inOrderOf } from '../../kernel/in-order.ts';
import { KEY_PERMISSIONS, type Permission } from '../../kernel/permission.ts';
import { refuse } from '../../kernel/problems.ts';
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
  return inOrderOf(ids, rows);
}

/**
 * The visible key with this id.
 * @throws InvalidInputError a malformed id
 * @throws NotFoundError no such key, or not the caller's to see
 */
export async function apiKeyBy(session: Session, id: string): Promise<ApiKey> {
  refuse([
    'apiKeyId',
    isId('key', id) ? null : 'Not an API key id: it looks like key_01h455vb4pex5vsknk084sn02q.',
  ]);
  const [key] = await apiKeysBy(session, [id]);
  if (!key) throw new NotFoundError('API key', id);
  return key;
}

/** The permissions of a key, as stored. */
export const permissionsOf = ({ permissions }: ApiKey): Permission[] =>
  KEY_PERMISSIONS.filter((permission) => permissions.split(' ').includes(permission));

/** The scopes a key may record; empty means every scope. */
export const scopesOf = ({ scopes }: ApiKey): ProductScope[] =>
  PRODUCT_SCOPES.filter((scope) => scopes.split(' ').includes(scope));

/**
 * Who speaks with this secret: the key's own, or the one before its last rotation while that stays
 * valid. Read from the database each time, so a key that was revoked a moment ago is refused.
 * @throws UnauthenticatedError unknown, mistyped or revoked: `invalid`; past its time: `expired`
 */
export async function sessionActorOfKey(
  database: Database,
  clock: Clock,
  secret: string,
): Promise<KeyActor> {
  if (!isSecret(secret)) throw new UnauthenticatedError('invalid');
  const hash = secretHash(secret);
  const { apiKey } = database.read;
  const current = await apiKey.findUnique({ where: { secretHash: hash } });
  const key = current ?? (await apiKey.findUnique({ where: { previousSecretHash: hash } }));
  const stored = current ? current.secretHash : key?.previousSecretHash;
  if (!key || !stored || !timingSafeEqual(stored, hash) || key.revokedAt) {
    throw new UnauthenticatedError('invalid');
  }
  const ends = [key.expiresAt, current ? null : key.previousSecretExpiresAt];
  if (ends.some((at) => at !== null && at <= clock())) throw new UnauthenticatedError('expired');
  return {
    type: 'API_KEY',
    id: key.id as ApiKeyId,
    name: key.name,
    organizationId: key.organizationId as OrganizationId,
    permissions: permissionsOf(key),
    scopes: scopesOf(key),
  };
}
