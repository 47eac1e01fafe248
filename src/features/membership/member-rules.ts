import type { Transaction } from '../../database/database.ts';
import { DomainError } from '../../kernel/errors.ts';
import type { Role } from '../../kernel/vocabulary.ts';

/** An organization always has an owner: this one is the last. */
export class LastOwnerError extends DomainError {
  readonly code = 'LAST_OWNER';

  constructor() {
    super('The last owner cannot leave, be removed or be demoted: make another owner first.');
  }
}

/** Only an owner may make, change or remove one. */
export class RoleNotGrantableError extends DomainError {
  readonly code = 'ROLE_NOT_GRANTABLE';
  readonly role: Role;

  constructor(role: Role) {
    super(`You may neither give nor take the role ${role}.`);
    this.role = role;
  }
}

/** Nobody with this id is a member of the organization. */
export class UnknownMemberError extends DomainError {
  readonly code = 'UNKNOWN_MEMBER';
  readonly userId: string;

  constructor(userId: string) {
    super(`The organization has no member with the id ${JSON.stringify(userId.slice(0, 100))}.`);
    this.userId = userId;
  }
}

/** @throws RoleNotGrantableError when someone of role `own` would give or take a role above theirs */
export function assertMayGrant(own: Role | null, role: Role): void {
  if (role === 'OWNER' && own !== 'OWNER') throw new RoleNotGrantableError(role);
}

/**
 * Under the organization's turn, so that of two owners who leave at once one is refused.
 * @throws LastOwnerError when someone of role `role` is the only owner
 */
export async function assertNotLastOwner(
  transaction: Transaction,
  organizationId: string,
  role: string,
): Promise<void> {
  if (role !== 'OWNER') return;
  const owners = await transaction.membership.count({ where: { organizationId, role } });
  if (owners <= 1) throw new LastOwnerError();
}
