import { DomainError, InvalidInputError, NotFoundError } from '../../kernel/errors.ts';
import { authorize } from '../../ledger/authorize.ts';
import type { AuditChange } from '../../ledger/catalogue.ts';
import type { Session } from '../../ledger/session.ts';
import { type AuditLog, auditLogId } from '../audit-log/audit-log.ts';
import { auditLogsBy } from '../audit-log/audit-log-by-id.ts';
import { type Organization, organizationRow } from '../organization/organization.ts';
import {
  factOf,
  factsOf,
  type UpdateOrganizationInput,
  updateOrganization,
} from '../organization/update-organization.ts';

/** What an entry changed has changed again since; `paths` are the facts that differ. */
export class ChangedSinceError extends DomainError {
  readonly code = 'CHANGED_SINCE';
  readonly paths: readonly string[];
  constructor(paths: readonly string[]) {
    super(`Changed again since: ${paths.join(', ')}. Revert the newer changes first.`);
    this.paths = paths;
  }
}

const REVERTIBLE: readonly string[] = ['organization.updated', 'organization.changeReverted'];

/**
 * Puts back the name, slug, settings and metadata that one entry tells of, by the same rules as any
 * update, and records it as an entry of its own.
 * @throws InvalidInputError the entry tells of no such change
 * @throws ChangedSinceError | NotFoundError the entry is not the caller's to read
 * @throws SlugTakenError | VersionConflictError | ForbiddenError as `updateOrganization`
 */
export async function revertChange(
  session: Session,
  input: { readonly auditLogId: string },
): Promise<Organization> {
  const id = auditLogId(input.auditLogId, 'auditLogId');
  const [entry] = await auditLogsBy(session, [id]);
  if (!entry) throw new NotFoundError('AuditLog', id);
  const { organizationId } = entry;
  await authorize(session, organizationId, 'organization:update');
  const changes = revertibleChanges(entry);
  const present = await organizationRow(session, organizationId);
  const facts = factsOf(present);
  const differing = changes.filter(({ path, to }) => facts[path] !== factOf(path, to));
  if (differing.length > 0) throw new ChangedSinceError(differing.map(({ path }) => path));
  return updateOrganization(session, { ...undoing(changes), ...target(present) }, id);
}

const target = ({ id, version }: Organization) => ({
  organizationId: id,
  expectedVersion: version,
});

function revertibleChanges({ origin, action, changes: text }: AuditLog): AuditChange[] {
  const changes = JSON.parse(text) as AuditChange[];
  if (origin === 'SERVER' && REVERTIBLE.includes(action) && changes.length > 0) return changes;
  const message =
    'Only entries that tell of a changed name, slug, setting or metadata can be reverted.';
  throw new InvalidInputError([{ path: ['auditLogId'], message }]);
}

/** The update that puts back what was before. */
function undoing(changes: readonly AuditChange[]): UpdateOrganizationInput {
  const before = new Map(changes.map(({ path, from }) => [path, from]));
  const settings = [...before]
    .filter(([path]) => path.startsWith('settings.'))
    .map(([path, from]) => [path.slice('settings.'.length), from]);
  const others = [...before].filter(([path]) => !path.startsWith('settings.'));
  return {
    ...Object.fromEntries(others),
    ...(settings.length > 0 && { settings: Object.fromEntries(settings) }),
  };
}
