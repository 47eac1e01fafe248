import { z } from 'zod';
import { nearest } from '../../kernel/nearest.ts';
import { ACTOR_TYPES, AUDIT_OUTCOMES, PRODUCT_SCOPES } from '../../kernel/vocabulary.ts';

/** A JSON object whose fields nobody has looked at. */
export type JsonObject = Record<string, unknown>;

/** Whether a parsed JSON value is an object. */
export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const text = z.string().nullish();

/** One of `words`, in any case; the refusal names the nearest. */
const word = <const W extends readonly string[]>(words: W) =>
  z.string().transform((given, context): W[number] => {
    const known = words.find((candidate) => candidate === given.toUpperCase());
    if (known) return known;
    const meant = nearest(given, words);
    const message = `Must be one of ${words.join(', ')}${meant ? `; did you mean ${meant}?` : '.'}`;
    context.issues.push({ code: 'custom', message, input: given });
    return z.NEVER;
  });

const shared = {
  scope: word(PRODUCT_SCOPES).nullish(),
  action: z.string(),
  email: text,
  resourceUID: text,
  details: text,
  createdAt: text,
  ip: text,
  userAgent: text,
};

/** An event as another system logged it, with the original in `raw`. */
export const FOREIGN_SHAPE = z.strictObject({
  ...shared,
  source: text,
  sourceEventId: text,
  nativeAction: text,
  actorName: text,
  detailsFrom: text,
  raw: z.unknown().optional(),
});

/** An event as the mutation recordAuditLogs takes it. */
export const OWN_SHAPE = z.strictObject({
  ...shared,
  actor: z.strictObject({ type: word(ACTOR_TYPES), id: text, name: text }).nullish(),
  resourceType: text,
  changes: z
    .array(
      z.strictObject({
        path: z.string(),
        from: z.unknown().optional(),
        to: z.unknown().optional(),
      }),
    )
    .nullish(),
  metadata: z.custom<JsonObject>(isJsonObject, 'Must be a JSON object.').nullish(),
  outcome: word(AUDIT_OUTCOMES).nullish(),
  idempotencyKey: text,
});

/** The fields that tell a foreign event from an own one. */
export const FOREIGN_FIELDS = Object.keys(FOREIGN_SHAPE.shape).filter(
  (field) => !Object.hasOwn(OWN_SHAPE.shape, field),
);

const KNOWN_FIELDS = [...Object.keys(OWN_SHAPE.shape), ...FOREIGN_FIELDS];

/** What is wrong with a line's fields, each named, in one text. */
export const problemsIn = ({ issues }: z.ZodError): string => issues.map(sentence).join(' ');

function sentence(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return issue.keys.map(unknownField).join(' ');
  const field = issue.path.join('.');
  if (issue.code !== 'invalid_type') return `${field}: ${issue.message}`;
  return issue.input === undefined
    ? `${field}: Required.`
    : `${field}: Must be ${issue.expected === 'array' ? 'an array' : `a ${issue.expected}`}.`;
}

function unknownField(field: string): string {
  if (KNOWN_FIELDS.includes(field)) {
    return `${field}: Does not go together with ${FOREIGN_FIELDS.join(', ')}.`;
  }
  const meant = nearest(field, KNOWN_FIELDS);
  return `${field.slice(0, 100)}: Unknown field${meant ? `; did you mean ${meant}?` : '.'}`;
}
