import { isIP } from 'node:net';
import { MINUTE_MS } from '../../kernel/clock.ts';
import { emailProblem, normalizeEmail } from '../../kernel/email.ts';
import type { FieldProblem } from '../../kernel/errors.ts';
import { isWritable } from '../../kernel/instant.ts';
import { canonicalJson, storableProblem } from '../../kernel/json-value.ts';
import { ifGiven, problemsOf } from '../../kernel/problems.ts';
import { storableTextProblem } from '../../kernel/text.ts';
import type { ActorType, AuditOutcome, ProductScope } from '../../kernel/vocabulary.ts';
import { CATALOGUE, isCatalogued } from '../../ledger/catalogue.ts';
import { actorFields, type EntryDraft } from '../../ledger/entry.ts';
import type { Session } from '../../ledger/session.ts';
import type { Proposal } from '../../ledger/verdicts.ts';

/** One event as a producer gives it. */
export interface AuditLogInput {
  readonly scope?: ProductScope | null | undefined;
  readonly action: string;
  readonly email?: string | null | undefined;
  readonly actor?:
    | {
        readonly type: ActorType;
        readonly id?: string | null | undefined;
        readonly name?: string | null | undefined;
      }
    | null
    | undefined;
  readonly resourceType?: string | null | undefined;
  readonly resourceUID?: string | null | undefined;
  readonly details?: string | null | undefined;
  readonly changes?:
    | readonly { readonly path: string; readonly from?: unknown; readonly to?: unknown }[]
    | null
    | undefined;
  readonly metadata?: Record<string, unknown> | null | undefined;
  readonly outcome?: AuditOutcome | null | undefined;
  readonly ip?: string | null | undefined;
  readonly userAgent?: string | null | undefined;
  /** When it occurred; absent = when it is stored. */
  readonly createdAt?: Date | null | undefined;
  readonly idempotencyKey?: string | null | undefined;
}

const LONGEST = {
  action: 200,
  resourceType: 200,
  resourceUID: 2_000,
  actorId: 1_000,
  actorName: 1_000,
  userAgent: 4_000,
  idempotencyKey: 1_000,
};

const ACTION = /^[\p{L}\p{M}\p{N}_.:/$@+-]+$/u;
const ENTRY_LIMIT_BYTES = 256 * 1024;
const FUTURE_LIMIT_MS = 5 * MINUTE_MS;

/** Checks one event against every rule; gives its draft, or each rule it breaks with its path. */
export function checkEvent(
  session: Session,
  input: AuditLogInput,
): Proposal | { readonly problems: readonly FieldProblem[] } {
  const problems = problemsOf([
    ['action', actionProblem(input.action)],
    ['scope', scopeProblem(session, input)],
    ['email', ifGiven(input.email, emailProblem)],
    [['actor', 'id'], ifGiven(input.actor?.id, atMost(LONGEST.actorId))],
    [['actor', 'name'], ifGiven(input.actor?.name, atMost(LONGEST.actorName))],
    ['resourceType', ifGiven(input.resourceType, atMost(LONGEST.resourceType))],
    ['resourceUID', ifGiven(input.resourceUID, atMost(LONGEST.resourceUID))],
    ['details', ifGiven(input.details, storableTextProblem)],
    ...jsonFindings('changes', input.changes),
    ...jsonFindings('metadata', input.metadata),
    ['ip', ifGiven(input.ip, (ip) => (isIP(ip) ? null : 'Must be an IPv4 or IPv6 address.'))],
    ['userAgent', ifGiven(input.userAgent, atMost(LONGEST.userAgent))],
    ['createdAt', ifGiven(input.createdAt, (at) => instantProblem(at, session.clock()))],
    ['idempotencyKey', ifGiven(input.idempotencyKey, keyProblem)],
  ]);
  if (problems.length > 0) return { problems };
  const draft = draftFrom(session, input);
  const sizeBytes = Buffer.byteLength(
    `${draft.details ?? ''}${draft.changes}${draft.metadata}${draft.userAgent ?? ''}`,
  );
  if (sizeBytes > ENTRY_LIMIT_BYTES) {
    const message = `An event holds at most ${ENTRY_LIMIT_BYTES} bytes; this one has ${sizeBytes}.`;
    return { problems: [{ path: [], message }] };
  }
  return {
    draft,
    idempotencyKey: input.idempotencyKey ?? null,
    sameness: input.idempotencyKey == null ? '' : samenessOf(input, draft),
  };
}

/** What an action outside the catalogue defaults to; `scopeProblem` has refused those without a scope. */
const UNCATALOGUED = { scope: 'PLATFORM', resourceType: null } as const;

/** The draft of an event that keeps every rule. */
function draftFrom(session: Session, input: AuditLogInput): EntryDraft {
  const known = isCatalogued(input.action) ? CATALOGUE[input.action] : UNCATALOGUED;
  const { ip, userAgent, resourceUID, details, createdAt } = input;
  return {
    ...actorOf(session, input),
    scope: input.scope ?? known.scope,
    action: input.action,
    outcome: input.outcome ?? 'SUCCESS',
    origin: 'PRODUCER',
    resourceType: input.resourceType ?? known.resourceType,
    resourceUID: resourceUID ?? null,
    correlationId: null,
    createdAtMs: ifGiven(createdAt, (at) => at.getTime()),
    ip: ip ?? null,
    userAgent: userAgent ?? null,
    requestId: session.origin.requestId,
    details: details ?? null,
    changes: canonicalJson((input.changes ?? []).map(changeOf)),
    metadata: canonicalJson(input.metadata ?? {}),
  };
}

/** Who did it, as the producer says; without an actor and an address, the caller did. */
function actorOf(session: Session, { actor, email }: AuditLogInput) {
  if (actor == null && email == null) {
    const { actorType, actorId, actorName, email: own } = actorFields(session);
    return { actorType, actorId, actorName, email: own };
  }
  return {
    actorType: actor?.type ?? 'USER',
    actorId: actor?.id ?? null,
    actorName: actor?.name ?? null,
    email: email == null ? null : normalizeEmail(email),
  } as const;
}

const changeOf = ({ path, from, to }: { path: string; from?: unknown; to?: unknown }) => ({
  path,
  from: from ?? null,
  to: to ?? null,
});

/** What the producer said, without what the server filled in: a retry says the same. */
const samenessOf = (input: AuditLogInput, draft: EntryDraft): string =>
  canonicalJson({
    ...draft,
    requestId: null,
    actorType: input.actor?.type ?? null,
    actorId: input.actor?.id ?? null,
    actorName: input.actor?.name ?? null,
    email: input.email == null ? null : draft.email,
  });

const actionProblem = (action: string): string | null =>
  atMost(LONGEST.action)(action) ??
  (ACTION.test(action)
    ? null
    : 'Must be an action such as schedule.created: letters, digits and _ . : / $ @ + - only.');

function scopeProblem({ actor }: Session, { scope, action }: AuditLogInput): string | null {
  const known = isCatalogued(action) ? CATALOGUE[action].scope : null;
  const settled = scope ?? known;
  if (!settled) return 'Required, since the action is not in the catalogue (see auditActions).';
  if (known && settled !== known) return `The catalogue says ${known} for ${action}.`;
  return actor.type === 'API_KEY' && actor.scopes.length > 0 && !actor.scopes.includes(settled)
    ? `This API key may not record scope ${settled}.`
    : null;
}

const jsonFindings = (name: string, value: unknown) => {
  const problem = value == null ? null : storableProblem(value);
  return problem ? ([[[name, ...problem.path], problem.message]] as const) : [];
};

const atMost =
  (length: number) =>
  (text: string): string | null =>
    text.length === 0
      ? 'Must not be empty.'
      : text.length > length
        ? `Must be at most ${length} characters; it has ${text.length}.`
        : storableTextProblem(text);

const keyProblem = atMost(LONGEST.idempotencyKey);

function instantProblem(at: Date, now: Date): string | null {
  if (at.getTime() > now.getTime() + FUTURE_LIMIT_MS) {
    return 'Lies more than 5 minutes ahead of the server’s clock.';
  }
  return isWritable(at.getTime()) ? null : 'Must lie in the years 0000 to 9999 of UTC.';
}
