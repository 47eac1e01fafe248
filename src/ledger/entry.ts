import { canonicalJson } from '../kernel/json-value.ts';
import type { ActorType, AuditOrigin, AuditOutcome, ProductScope } from '../kernel/vocabulary.ts';
import { CATALOGUE, type ServerEvent } from './catalogue.ts';
import type { Session } from './session.ts';

/** An entry before it has a place in the log: checked, normalised, its JSON canonical. */
export interface EntryDraft {
  readonly scope: ProductScope;
  readonly action: string;
  readonly outcome: AuditOutcome;
  readonly origin: AuditOrigin;
  readonly resourceType: string | null;
  readonly resourceUID: string | null;
  readonly actorType: ActorType;
  readonly actorId: string | null;
  readonly correlationId: string | null;
  /** Milliseconds since the epoch; null = the instant it is stored. */
  readonly createdAtMs: number | null;
  readonly email: string | null;
  readonly actorName: string | null;
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly requestId: string | null;
  readonly details: string | null;
  /** Canonical JSON text of an array of {from, path, to}. */
  readonly changes: string;
  /** Canonical JSON text of an object. */
  readonly metadata: string;
}

/** Who did it, in an entry's own fields. */
export function actorFields({ actor, origin }: Session) {
  return {
    actorType: actor.type,
    actorId: actor.id,
    email: actor.type === 'USER' ? actor.email : null,
    actorName: actor.name,
    ip: origin.ip,
    userAgent: origin.userAgent,
    requestId: origin.requestId,
  } as const;
}

/** The entry of an event that the server records together with its change. */
export function draftOf(
  session: Session,
  event: ServerEvent,
  correlationId: string | null = null,
): EntryDraft {
  const definition = CATALOGUE[event.action];
  return {
    ...actorFields(session),
    scope: definition.scope,
    action: event.action,
    outcome: event.outcome ?? 'SUCCESS',
    origin: 'SERVER',
    resourceType: definition.resourceType,
    resourceUID: event.resourceUID,
    correlationId,
    createdAtMs: null,
    details: (definition.details as (metadata: ServerEvent['metadata']) => string)(event.metadata),
    changes: canonicalJson(event.changes ?? []),
    metadata: canonicalJson(event.metadata),
  };
}
