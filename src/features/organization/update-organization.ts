import { DomainError } from '../../kernel/errors.ts';
import type { AuditLogId } from '../../kernel/ids.ts';
import { canonicalJson } from '../../kernel/json-value.ts';
import { ifGiven, refuse } from '../../kernel/problems.ts';
import { slugProblem } from '../../kernel/slug.ts';
import { nameProblem } from '../../kernel/text.ts';
import type { AuditChange } from '../../ledger/catalogue.ts';
import { change } from '../../ledger/change.ts';
import type { Session } from '../../ledger/session.ts';
import { scheduleRetention } from '../retention/pending-retention.ts';
import { selectedOrganizationId } from './current-organization.ts';
import type { Organization } from './organization.ts';
import {
  metadataFinding,
  type OrganizationSettingsInput,
  policyOf,
  settingsFindings,
  settingsOf,
  storedSettings,
  withSettings,
} from './settings.ts';
import { assertSlugFree, claimingSlug } from './slug-claim.ts';

/** The organization has changed since the caller read it; `currentVersion` is its version now. */
export class VersionConflictError extends DomainError {
  readonly code = 'VERSION_CONFLICT';
  readonly currentVersion: number;
  constructor(currentVersion: number) {
    super(`The organization has changed since: it is at version ${currentVersion} now.`);
    this.currentVersion = currentVersion;
  }
}

/** What to change; an absent field stays, an explicit null clears where there is a default. */
export interface UpdateOrganizationInput {
  readonly organizationId?: string | null | undefined;
  readonly name?: string | null | undefined;
  readonly slug?: string | null | undefined;
  readonly settings?: OrganizationSettingsInput | null | undefined;
  /** Replaces the whole object. */
  readonly metadata?: Record<string, unknown> | null | undefined;
  readonly expectedVersion?: number | null | undefined;
}

/**
 * Changes an organization's name, slug, settings or metadata, and raises its version.
 * Writing the present values is a change like any other. With `revertedAuditLogId` the entry says
 * that it puts back what that one had changed.
 * @throws InvalidInputError | SlugTakenError | VersionConflictError | as `change`
 */
export async function updateOrganization(
  session: Session,
  input: UpdateOrganizationInput,
  revertedAuditLogId?: AuditLogId,
): Promise<Organization> {
  refuse(
    [[], isEmpty(input) ? 'Give at least one of name, slug, settings and metadata.' : null],
    ['name', input.name === null ? CANNOT_CLEAR : ifGiven(input.name, nameProblem)],
    ['slug', input.slug === null ? CANNOT_CLEAR : ifGiven(input.slug, slugProblem)],
    ...settingsFindings(input.settings),
    metadataFinding(input.metadata),
  );
  const id = await selectedOrganizationId(session, input.organizationId);
  const write = (slug: string | undefined) =>
    change(session, id, 'organization:update', async (transaction) => {
      const before = await transaction.organization.findUniqueOrThrow({ where: { id } });
      if (input.expectedVersion != null && input.expectedVersion !== before.version) {
        throw new VersionConflictError(before.version);
      }
      if (slug !== undefined) await assertSlugFree(transaction, slug, session.clock(), id);
      const result = await transaction.organization.update({
        where: { id },
        data: {
          ...updatedFields(before, input),
          updatedAt: session.clock(),
          version: before.version + 1,
        },
      });
      const retention = { from: policyOf(before), to: policyOf(result) };
      await scheduleRetention(transaction, session, id, retention);
      const changes = changesBetween(before, result);
      const fields = changes.length > 0 ? changes.map(({ path }) => path) : ['nothing'];
      const told = { name: result.name, fields };
      return { result, event: { resourceUID: id, changes, ...actionOf(told, revertedAuditLogId) } };
    });
  return input.slug == null
    ? write(undefined)
    : claimingSlug({ slug: input.slug, name: '' }, write);
}

const actionOf = (told: { name: string; fields: string[] }, auditLogId: AuditLogId | undefined) =>
  auditLogId === undefined
    ? ({ action: 'organization.updated', metadata: told } as const)
    : ({ action: 'organization.changeReverted', metadata: { ...told, auditLogId } } as const);

const CANNOT_CLEAR = 'Every organization has one: it cannot be cleared.';

const isEmpty = ({ name, slug, settings, metadata }: UpdateOrganizationInput): boolean =>
  name === undefined &&
  slug === undefined &&
  metadata === undefined &&
  (settings === undefined || (settings !== null && Object.keys(settings).length === 0));

const updatedFields = (before: Organization, input: UpdateOrganizationInput) => ({
  ...storedSettings(withSettings(settingsOf(before), input.settings)),
  name: input.name?.trim() ?? before.name,
  slug: input.slug ?? before.slug,
  metadata: input.metadata === undefined ? before.metadata : canonicalJson(input.metadata ?? {}),
});

/** The facts that a row holds as canonical JSON text. */
const JSON_FACTS: readonly string[] = ['metadata', 'settings.scopeRetention'];

/** A value of a change in the form in which `factsOf` has it. */
export const factOf = (path: string, value: unknown): unknown =>
  JSON_FACTS.includes(path) ? canonicalJson(value) : value;

/** What of an organization's row changes can tell of, by path; JSON as its canonical text. */
export const factsOf = (row: Organization): Record<string, unknown> => ({
  name: row.name,
  slug: row.slug,
  'settings.retentionDays': row.retentionDays,
  'settings.scopeRetention': row.scopeRetention,
  'settings.timezone': row.timezone,
  'settings.membersMayReadAuditLog': row.membersMayReadAuditLog,
  metadata: row.metadata,
});

/** Every fact that differs, before and after. */
export function changesBetween(before: Organization, after: Organization): AuditChange[] {
  const [from, to] = [factsOf(before), factsOf(after)];
  return Object.keys(to)
    .filter((path) => from[path] !== to[path])
    .map((path) => ({ path, from: changedValue(path, from), to: changedValue(path, to) }));
}

const changedValue = (path: string, facts: Record<string, unknown>): unknown =>
  JSON_FACTS.includes(path) ? JSON.parse(String(facts[path])) : facts[path];
