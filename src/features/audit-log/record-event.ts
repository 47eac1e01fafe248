import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { parseInstant } from '../../kernel/instant.ts';
import { canonicalJson } from '../../kernel/json-value.ts';
import type { ProductScope } from '../../kernel/vocabulary.ts';
import { isCatalogued } from '../../ledger/catalogue.ts';
import type { AuditLogInput } from './record-input.ts';
import {
  FOREIGN_FIELDS,
  FOREIGN_SHAPE,
  type JsonObject,
  OWN_SHAPE,
  problemsIn,
} from './record-shapes.ts';

/** An event read from a line, or why the line is refused. */
export type ReadEvent = { readonly event: AuditLogInput } | { readonly problem: string };

/** How events are read. */
export interface ReadOptions {
  /** For events that name none and that the catalogue does not know; null refuses them. */
  readonly defaultScope: ProductScope | null;
  /** Whether an event without an idempotency key is known again by all it says. */
  readonly keyByContent: boolean;
}

/**
 * The event that a line's JSON object tells of, in either of two shapes: a foreign event (`source`,
 * `sourceEventId`, `nativeAction`, `actorName`, `detailsFrom`, `raw` …) or an `AuditLogInput` as
 * the mutation recordAuditLogs takes it. A field that neither knows is refused, never dropped.
 * An event without a scope takes the catalogue's, else `defaultScope`. A foreign event has no
 * idempotency key of its own and is always known again by all it says.
 * Give it what `storableProblem` passes.
 */
export function readEvent(value: JsonObject, options: ReadOptions): ReadEvent {
  const { defaultScope } = options;
  const told = FOREIGN_FIELDS.some((field) => Object.hasOwn(value, field))
    ? readForeign(value)
    : readOwn(value, options);
  if ('problem' in told) return told;
  const { event, createdAt } = told;
  if (event.scope == null && !isCatalogued(event.action)) {
    if (!defaultScope) return { problem: NO_SCOPE };
    return dated({ ...event, scope: defaultScope }, createdAt);
  }
  return dated(event, createdAt);
}

const NO_SCOPE =
  'scope: It has none, and the action is not in the catalogue: name a scope, or give a default scope.';

/** An event whose time is still text. */
type Told =
  | { readonly event: AuditLogInput; readonly createdAt: string | null | undefined }
  | { readonly problem: string };

function readOwn(value: JsonObject, { keyByContent }: ReadOptions): Told {
  const { data, error } = OWN_SHAPE.safeParse(value, { reportInput: true });
  if (error) return { problem: problemsIn(error) };
  const { createdAt, ...event } = data;
  const idempotencyKey = event.idempotencyKey ?? (keyByContent ? keyOf(value) : null);
  return { event: { ...event, idempotencyKey }, createdAt };
}

function readForeign(value: JsonObject): Told {
  const { data, error } = FOREIGN_SHAPE.safeParse(value, { reportInput: true });
  if (error) return { problem: problemsIn(error) };
  const { createdAt, source, sourceEventId, nativeAction, detailsFrom, raw, actorName, ...rest } =
    data;
  const metadata = given({ source, sourceEventId, nativeAction, detailsFrom, raw });
  const idempotencyKey = keyOf(value, source, sourceEventId);
  return { event: { ...rest, ...actorOf(data), metadata, idempotencyKey }, createdAt };
}

/** Who did it: a person by their address, else a service by its name, else nobody is known. */
function actorOf({ email, actorName }: z.output<typeof FOREIGN_SHAPE>) {
  if (email != null) return { actor: { type: 'USER', name: actorName } } as const;
  return actorName == null
    ? ({ actor: { type: 'SYSTEM' } } as const)
    : ({ actor: { type: 'SERVICE', name: actorName } } as const);
}

/** The fields that hold something. */
const given = (fields: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value != null));

/**
 * What makes a line recognisable when it is imported again: where it comes from and all it says.
 * The producer's own id is not enough, since producers give one id to several events (Kubernetes
 * to each stage of a request).
 */
function keyOf(value: JsonObject, ...origin: readonly (string | null | undefined)[]): string {
  const hash = createHash('sha256').update(canonicalJson(value)).digest('hex');
  const readable = origin.map((part) => (part ?? '').slice(0, LONGEST_ORIGIN));
  return [...readable.map((part) => part.toWellFormed()), hash].join('|');
}

/** The hash covers the whole; what stands before it only keeps the key readable. */
const LONGEST_ORIGIN = 400;

/** The event at its time; an undated one takes the time it is stored. */
function dated(event: AuditLogInput, text: string | null | undefined): ReadEvent {
  if (text == null) return { event };
  const instant = parseInstant(text);
  if ('problem' in instant) return { problem: `createdAt: ${instant.problem}` };
  const createdAt = new Date(instant.ms);
  if (!instant.finerThanMillisecond) return { event: { ...event, createdAt } };
  const { metadata } = event;
  if (metadata && Object.hasOwn(metadata, 'createdAt')) return { problem: TIME_TAKEN };
  return { event: { ...event, createdAt, metadata: { ...metadata, createdAt: text } } };
}

const TIME_TAKEN =
  'createdAt: Is finer than a millisecond and cannot be kept in metadata.createdAt: that is taken.';
