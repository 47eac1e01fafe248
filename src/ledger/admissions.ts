import { SECOND_MS } from '../kernel/clock.ts';
import type { OrganizationId } from '../kernel/ids.ts';
import { Recently } from '../kernel/recently.ts';
import type { Session } from './session.ts';

const REMEMBERED_MS = 10 * SECOND_MS;
const MOST_REMEMBERED = 10_000;

/** Who was let through a moment ago. */
export interface Admissions {
  isFresh(session: Session, organizationId: OrganizationId): boolean;
  remember(session: Session, organizationId: OrganizationId): void;
  forget(session: Session, organizationId: OrganizationId): void;
}

/**
 * Remembers for ten seconds who was let through, so that a busy producer does not cost a query
 * more each time. Only for a check that is made again where it counts.
 */
export function openAdmissions(): Admissions {
  const admitted = new Recently<string>(REMEMBERED_MS, MOST_REMEMBERED);
  return {
    isFresh: (session, organizationId) =>
      admitted.has(nameOf(session, organizationId), session.clock().getTime()),
    remember: (session, organizationId) =>
      admitted.add(nameOf(session, organizationId), session.clock().getTime()),
    forget: (session, organizationId) => admitted.delete(nameOf(session, organizationId)),
  };
}

const nameOf = ({ actor }: Session, organizationId: OrganizationId): string =>
  `${actor.type} ${actor.id} ${organizationId}`;
