import { z } from 'zod';
import { readBody } from '../http/body.ts';
import type { Exchange } from '../http/exchange.ts';
import { decodedBody, inspectedJson } from '../http/json-body.ts';
import { InvalidInputError } from '../kernel/errors.ts';
import { nearest } from '../kernel/nearest.ts';
import { PRODUCT_SCOPES } from '../kernel/vocabulary.ts';

/** GraphQL's Int. */
const int = z
  .int()
  .min(-(2 ** 31))
  .max(2 ** 31 - 1);

const fields = {
  slug: z.string().nullish(),
  settings: z
    .strictObject({
      retentionDays: int.nullish(),
      scopeRetention: z
        .array(z.strictObject({ scope: z.enum(PRODUCT_SCOPES), days: int.nullish() }))
        .nullish(),
      timezone: z.string().nullish(),
      membersMayReadAuditLog: z.boolean().nullish(),
    })
    .nullish(),
  metadata: z.looseObject({}).nullish(),
};

const CREATION = z.strictObject({ name: z.string(), ...fields });
const UPDATE = z.strictObject({
  name: z.string().nullish(),
  ...fields,
  expectedVersion: int.nullish(),
});

/** What a body asks to create: right by its types; the rules are the operation's. @throws InvalidInputError */
export const creationOf = (exchange: Exchange, limitBytes: number) =>
  bodyOf(exchange, limitBytes, CREATION);

/** What a body asks to change, likewise. @throws InvalidInputError */
export const updateOf = (exchange: Exchange, limitBytes: number) =>
  bodyOf(exchange, limitBytes, UPDATE);

async function bodyOf<T extends z.ZodObject>(
  { request }: Exchange,
  limitBytes: number,
  shape: T,
): Promise<z.output<T>> {
  const text = decodedBody(await readBody(request, limitBytes));
  const value = inspectedJson(text, 'The request body');
  const { data, error } = shape.safeParse(value);
  if (error) {
    throw new InvalidInputError(error.issues.flatMap((one) => problemsIn(one, shape)));
  }
  return data;
}

function problemsIn(issue: z.core.$ZodIssue, shape: z.ZodObject) {
  const path = issue.path.map(String);
  if (issue.code !== 'unrecognized_keys') {
    return [{ path, message: issue.message }];
  }
  const known = Object.keys(
    [shape.shape, SETTINGS, SCOPE_RETENTION][Math.min(path.length, 2)] ?? {},
  );
  return issue.keys.slice(0, 10).map((key) => {
    const meant = nearest(key, known);
    const message = `There is no such field${meant ? `; did you mean ${meant}?` : '.'}`;
    return { path: [...path, key.slice(0, 60)], message };
  });
}

const SETTINGS = fields.settings.unwrap().unwrap().shape;
const SCOPE_RETENTION = { scope: null, days: null };
