import type { Prisma, Resource as Row } from '../../generated/sqlite/client.ts';
import { DomainError } from '../../kernel/errors.ts';
import { inOrderOf } from '../../kernel/in-order.ts';
import { singleLineProblem } from '../../kernel/text.ts';
import type { Session } from '../../ledger/session.ts';
import { visibleTo as visibleOrganizations } from '../organization/organization.ts';

/** A resource's row. */
export type Resource = Row;

/** The organization has an active resource with this UID. */
export class ResourceExistsError extends DomainError {
  readonly code = 'RESOURCE_EXISTS';
  readonly resourceUID: string;
  constructor(resourceUID: string) {
    super(`The organization has a resource ${JSON.stringify(resourceUID)} already.`);
    this.resourceUID = resourceUID;
  }
}

const LONGEST_UID = 200;

/** Why a text cannot be what a product calls a thing, or null: 1 to 200 characters in one line. */
export const resourceUidProblem = (text: string): string | null =>
  text === '' || text.length > LONGEST_UID
    ? `Must have from 1 to ${LONGEST_UID} characters.`
    : singleLineProblem(text);

/** Why a session may not register or remove things of a scope, or null: API keys may be limited to some. */
export const scopeProblem = ({ actor }: Session, scope: string): string | null =>
  actor.type === 'API_KEY' && actor.scopes.length > 0 && !actor.scopes.some((own) => own === scope)
    ? `This API key may not speak for scope ${scope}.`
    : null;

/** The resources a session may see: those of the organizations it may see. */
export const visibleTo = (session: Session): Prisma.ResourceWhereInput => ({
  organization: visibleOrganizations(session),
});

/** The visible ones among these ids, in their order; null in the place of every other. */
export async function resourcesBy(
  session: Session,
  ids: readonly string[],
): Promise<(Resource | null)[]> {
  const rows = await session.read.resource.findMany({
    where: { AND: [{ id: { in: [...ids] } }, visibleTo(session)] },
  });
  return inOrderOf(ids, rows);
}

/** What an entry says of the thing it was done to. */
export interface ResourceName {
  readonly organizationId: string;
  readonly resourceUID: string;
}

/** The visible ones with these names, in their order; null in the place of every other. */
export async function resourcesNamed(
  session: Session,
  names: readonly ResourceName[],
): Promise<(Resource | null)[]> {
  const rows = await session.read.resource.findMany({
    where: {
      AND: [
        { organizationId: { in: [...new Set(names.map((name) => name.organizationId))] } },
        { resourceUID: { in: [...new Set(names.map((name) => name.resourceUID))] } },
        visibleTo(session),
      ],
    },
  });
  return names.map(
    (name) =>
      rows.find(
        (row) => row.organizationId === name.organizationId && row.resourceUID === name.resourceUID,
      ) ?? null,
  );
}
