import { ForbiddenError } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import { canonicalJson } from '../../kernel/json-value.ts';
import { ifGiven, refuse } from '../../kernel/problems.ts';
import { slugProblem } from '../../kernel/slug.ts';
import { nameProblem } from '../../kernel/text.ts';
import { found } from '../../ledger/change.ts';
import type { Session, UserActor } from '../../ledger/session.ts';
import type { Organization } from './organization.ts';
import {
  DEFAULT_SETTINGS,
  metadataFinding,
  type OrganizationSettingsInput,
  settingsFindings,
  storedSettings,
  withSettings,
} from './settings.ts';
import { assertSlugFree, claimingSlug } from './slug-claim.ts';

/** What an organization may be created with. */
export interface CreateOrganizationInput {
  readonly name: string;
  readonly slug?: string | null | undefined;
  readonly settings?: OrganizationSettingsInput | null | undefined;
  readonly metadata?: Record<string, unknown> | null | undefined;
}

/**
 * Creates an organization with the caller as its first owner, and begins its log.
 * Without a slug one is derived from the name; names need not be unique.
 * @throws InvalidInputError | SlugTakenError | ForbiddenError an API key asks
 */
export async function createOrganization(
  session: Session,
  input: CreateOrganizationInput,
): Promise<Organization> {
  const { actor } = session;
  if (actor.type !== 'USER') throw new ForbiddenError('organization:create');
  refuse(
    ['name', nameProblem(input.name)],
    ['slug', ifGiven(input.slug, slugProblem)],
    ...settingsFindings(input.settings),
    metadataFinding(input.metadata),
  );
  return claimingSlug(input, (slug) => createWithSlug(session, actor, input, slug));
}

function createWithSlug(
  session: Session,
  actor: UserActor,
  { name: given, settings: chosen, metadata }: CreateOrganizationInput,
  slug: string,
): Promise<Organization> {
  const id = newId('org');
  const name = given.trim();
  const now = session.clock();
  const settings = withSettings(DEFAULT_SETTINGS, chosen ?? undefined);
  return found(session, id, async (transaction) => {
    await assertSlugFree(transaction, slug, now);
    const result = await transaction.organization.create({
      data: {
        id,
        name,
        slug,
        ...storedSettings(settings),
        metadata: canonicalJson(metadata ?? {}),
        createdByEmail: actor.email,
        createdAt: now,
        updatedAt: now,
        version: 1,
        memberships: { create: { userId: actor.id, role: 'OWNER', createdAt: now } },
      },
    });
    const changes = Object.entries({
      name,
      slug,
      ...Object.fromEntries(Object.entries(settings).map(([key, to]) => [`settings.${key}`, to])),
      metadata: metadata ?? {},
      [`members.${actor.id}.role`]: 'OWNER',
    }).map(([path, to]) => ({ path, from: null, to }));
    return {
      result,
      event: {
        action: 'organization.created',
        resourceUID: id,
        metadata: { name, slug },
        changes,
      },
    };
  });
}
