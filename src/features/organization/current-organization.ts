import { NotFoundError, OrganizationNotSelectedError } from '../../kernel/errors.ts';
import type { OrganizationId } from '../../kernel/ids.ts';
import { ifGiven, refuse } from '../../kernel/problems.ts';
import type { OrganizationRule } from '../../kernel/vocabulary.ts';
import type { Session, UserActor } from '../../ledger/session.ts';
import { type Organization, organizationIdProblem, visibleTo } from './organization.ts';

/** How many choices an ORGANIZATION_NOT_SELECTED error lists. */
const CHOICES_SHOWN = 100;

/**
 * The organization a request is about, by the first rule that says one: the argument, the
 * X-Organization-Id header, the one that the key or token is bound to, the stored selection,
 * the only membership. Only the last two may pass over an organization that is no longer the
 * caller's; a name given outright is never replaced by another.
 *
 * Whether the caller may use it is for `authorize` to say, each time.
 * @throws InvalidInputError a malformed id
 * @throws OrganizationNotSelectedError no rule says one
 */
export async function selectedOrganizationId(
  session: Session,
  argument?: string | null,
): Promise<OrganizationId> {
  return (await chosenOrganization(session, argument)).id;
}

/** An organization that a request is about, and the rule that chose it. */
export interface Choice {
  readonly id: OrganizationId;
  readonly rule: OrganizationRule;
}

/** The same with the rule that said it. @throws as `selectedOrganizationId` */
export async function chosenOrganization(
  session: Session,
  argument?: string | null,
): Promise<Choice> {
  refuse(
    ['organizationId', ifGiven(argument, organizationIdProblem)],
    ['X-Organization-Id', ifGiven(session.headerOrganizationId, organizationIdProblem)],
  );
  const named: readonly (readonly [OrganizationRule, string | null | undefined])[] = [
    ['ARGUMENT', argument],
    ['HEADER', session.headerOrganizationId],
    ['API_KEY', boundTo(session)],
    ['TOKEN', session.tokenOrganizationId],
  ];
  for (const [rule, id] of named) if (id != null) return { id: id as OrganizationId, rule };
  if (session.actor.type !== 'USER') throw new OrganizationNotSelectedError([]);
  const stored = await storedSelection(session, session.actor);
  if (stored) return { id: stored, rule: 'SELECTION' };
  return { id: await onlyMembership(session), rule: 'ONLY_MEMBERSHIP' };
}

/** The organization of this request with the rule that chose it; null when none did, or it is not the caller's. */
export async function viewerChoice(
  session: Session,
): Promise<{ organization: Organization; rule: OrganizationRule } | null> {
  try {
    const { id, rule } = await chosenOrganization(session);
    const organization = await visibleOrganization(session, id);
    return organization && { organization, rule };
  } catch (error) {
    if (error instanceof OrganizationNotSelectedError) return null;
    throw error;
  }
}

/** The organization a request is about, as `selectedOrganizationId` says. @throws also NotFoundError */
export async function currentOrganization(session: Session): Promise<Organization> {
  const id = await selectedOrganizationId(session);
  const found = await visibleOrganization(session, id);
  if (!found) throw new NotFoundError('Organization', id);
  return found;
}

const visibleOrganization = (session: Session, id: string): Promise<Organization | null> =>
  session.read.organization.findFirst({ where: { AND: [{ id }, visibleTo(session)] } });

const boundTo = ({ actor }: Session): string | null =>
  actor.type === 'API_KEY' ? actor.organizationId : null;

async function storedSelection(
  session: Session,
  { id }: UserActor,
): Promise<OrganizationId | null> {
  const user = await session.read.user.findUnique({
    where: { id },
    select: { selectedOrganizationId: true },
  });
  if (!user?.selectedOrganizationId) return null;
  const chosen = await session.read.organization.findFirst({
    where: { AND: [{ id: user.selectedOrganizationId, purgeAt: null }, visibleTo(session)] },
    select: { id: true },
  });
  return (chosen?.id ?? null) as OrganizationId | null;
}

async function onlyMembership(session: Session): Promise<OrganizationId> {
  const choices = await session.read.organization.findMany({
    where: { AND: [{ purgeAt: null }, visibleTo(session)] },
    select: { id: true, name: true, slug: true },
    orderBy: { id: 'asc' },
    take: CHOICES_SHOWN,
  });
  const [only, ...others] = choices;
  if (!only || others.length > 0) throw new OrganizationNotSelectedError(choices);
  return only.id as OrganizationId;
}
