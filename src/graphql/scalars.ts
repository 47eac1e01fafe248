import { GraphQLScalarType } from 'graphql';
import {
  DateTimeResolver,
  EmailAddressResolver,
  IPResolver,
  JSONObjectResolver,
  JSONResolver,
  SafeIntResolver,
} from 'graphql-scalars';
import { builder } from './builder.ts';
import { requireString } from './require-string.ts';

/**
 * The scalar of a format whose rule an operation checks: input need only be a string here, so that
 * one bad event of a thousand is refused alone and by its field; output is as it was recorded.
 */
const checkedByOperations = (scalar: GraphQLScalarType, description: string) =>
  new GraphQLScalarType({
    ...scalar.toConfig(),
    description,
    serialize: String,
    parseValue: requireString(scalar.name),
    parseLiteral: (node) => requireString(scalar.name)('value' in node ? node.value : null),
  });

const described = (scalar: GraphQLScalarType, description: string) =>
  new GraphQLScalarType({ ...scalar.toConfig(), description });

builder.addScalarType(
  'DateTime',
  described(
    DateTimeResolver,
    'An instant, RFC 3339, such as 2025-03-15T10:30:00.000Z. Given back in UTC with milliseconds; finer digits are cut.',
  ),
);
builder.addScalarType(
  'EmailAddress',
  checkedByOperations(
    EmailAddressResolver,
    'An email address, at most 254 characters; compared and stored trimmed, in NFC and lower case.',
  ),
);
builder.addScalarType('IP', checkedByOperations(IPResolver, 'An IPv4 or IPv6 address.'));
builder.addScalarType('JSON', described(JSONResolver, 'Any JSON value.'));
builder.addScalarType('JSONObject', described(JSONObjectResolver, 'A JSON object.'));
builder.addScalarType(
  'SafeInt',
  described(SafeIntResolver, 'A whole number up to 2^53 - 1, exact in JSON.'),
);
