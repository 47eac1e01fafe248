import {
  type GraphQLEnumType,
  GraphQLID,
  type GraphQLLeafType,
  GraphQLString,
  isEnumType,
} from 'graphql';
import { formatInstant } from '../../kernel/instant.ts';
import { quoted } from './text.ts';
import { Unwritable } from './unwritable.ts';

/** Makes what gives a leaf's value, which is there, as JSON. @throws what the type's serializer throws, and Unwritable */
export function leafText(type: GraphQLLeafType): (value: unknown) => string {
  if (isEnumType(type)) return enumText(type);
  const text = serialized(type);
  // What these two serialize a string to is that string.
  return type === GraphQLString || type === GraphQLID
    ? (value) => (typeof value === 'string' ? quoted(value) : text(value))
    : text;
}

function enumText(type: GraphQLEnumType) {
  const text = serialized(type);
  const known = new Map(type.getValues().map(({ name, value }) => [value, quoted(name)]));
  return (value: unknown): string => known.get(value) ?? text(value);
}

const serialized = (type: GraphQLLeafType) => (value: unknown) => {
  if (value instanceof Error) throw value;
  return jsonText(type.serialize(value));
};

function jsonText(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (Number.isSafeInteger(value)) return String(value);
  if (value instanceof Date) return `"${formatInstant(value.getTime())}"`;
  const text = value == null ? undefined : JSON.stringify(value);
  if (text === undefined) throw new Unwritable();
  return text;
}
