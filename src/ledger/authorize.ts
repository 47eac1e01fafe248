import { ConflictError, ForbiddenError, NotFoundError } from '../kernel/errors.ts';
import type { OrganizationId } from '../kernel/ids.ts';
import type { Permission } from '../kernel/permission.ts';
import type { Access } from './access.ts';
import { append } from './append.ts';
import { draftOf } from './entry.ts';
import { takeTurn } from './head.ts';
import { type LogRead, type LogStatement, readWithStanding } from './log-statement.ts';
import { type Session, WRITE } from './session.ts';
import { type LogHead, type Standing, standingIn } from './standing.ts';

/** What stays possible while an organization waits to be purged. */
const ALLOWED_WHILE_DELETED: readonly Permission[] = [
  'organization:read',
  'organization:delete',
  'auditLog:read',
  'auditLog:export',
];

/**
 * Lets a session pass that holds `permission` in the organization, before any lock is taken.
 * A member's or key's denied attempt is recorded, once in a request; a stranger's is not, and learns nothing.
 * @throws NotFoundError  no such organization, or not the caller's to know of
 * @throws ForbiddenError the caller lacks the permission
 * @throws ConflictError  the organization waits to be purged
 */
export async function authorize(
  session: Session,
  organizationId: OrganizationId,
  permission: Permission,
): Promise<Access> {
  return (await passed(session, organizationId, permission)).access;
}

/** The same, with the head of the organization's log: read together, for those who read the log. */
export async function authorizeReading(
  session: Session,
  organizationId: OrganizationId,
  permission: ReadingPermission,
): Promise<LogHead> {
  return headOf(await passed(session, organizationId, permission), organizationId);
}

/** The same, with what a statement reads of the log. Whoever lacks the permission gets none of it. */
export async function readAuthorized<Entry extends object>(
  session: Session,
  organizationId: OrganizationId,
  permission: ReadingPermission,
  statement: LogStatement,
): Promise<LogRead<Entry> & { readonly head: LogHead }> {
  const reading = readWithStanding<Entry>(session, organizationId, statement);
  const head = headOf(await passed(session, organizationId, permission, reading), organizationId);
  const { rows, number } = await reading;
  return { head, rows, number };
}

type ReadingPermission = 'auditLog:read' | 'auditLog:export';

function headOf({ head }: Pick<Standing, 'head'>, organizationId: OrganizationId): LogHead {
  if (!head) throw new NotFoundError('Organization', organizationId);
  return head;
}

async function passed(
  session: Session,
  organizationId: OrganizationId,
  permission: Permission,
  standing: Promise<Standing> = standingIn(session, organizationId),
): Promise<{ access: Access; head: LogHead | null }> {
  const { access, head } = await standing;
  try {
    return { access: admitted(access, organizationId, permission), head };
  } catch (error) {
    if (error instanceof ForbiddenError) await recordDenial(session, organizationId, permission);
    throw error;
  }
}

/** The same rule over access already read: `authorize` without the record of a denial. */
export function admitted(
  access: Access | null,
  organizationId: OrganizationId,
  permission: Permission,
): Access {
  if (!access) throw new NotFoundError('Organization', organizationId);
  if (!access.allows(permission)) throw new ForbiddenError(permission);
  if (access.deletionScheduled && !ALLOWED_WHILE_DELETED.includes(permission)) {
    throw new ConflictError('The organization is scheduled for deletion: restore it first.');
  }
  return access;
}

/** What each session was refused: the same attempt within one request is one entry. */
const refused = new WeakMap<Session, Set<string>>();

async function recordDenial(
  session: Session,
  organizationId: OrganizationId,
  permission: Permission,
): Promise<void> {
  const known = refused.get(session) ?? new Set();
  refused.set(session, known);
  const attempt = `${organizationId} ${permission}`;
  if (known.has(attempt)) return;
  known.add(attempt);
  await storeDenial(session, organizationId, permission);
}

const storeDenial = (
  session: Session,
  organizationId: OrganizationId,
  permission: Permission,
): Promise<void> =>
  session[WRITE](async (transaction) => {
    const head = await takeTurn(transaction, organizationId);
    if (!head) return;
    const event = {
      action: 'access.denied',
      resourceUID: permission,
      metadata: { permission },
      outcome: 'DENIED',
    } as const;
    await append(transaction, head, [draftOf(session, event)], session.clock());
  });
