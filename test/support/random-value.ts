import {
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';
import type { Choices } from './choices.ts';
import type { Data } from './client.ts';
import type { Words } from './fuzz-words.ts';

/** What random values are made of: decisions, and words to say. */
export interface Saying {
  readonly choices: Choices;
  readonly words: Words;
  /** Every word of another tenant that was said. */
  readonly said: Set<string>;
}

/** A value that a type takes; `name` is the argument or field that it is for. Undefined leaves it out. */
export function randomValue(saying: Saying, type: GraphQLInputType, name: string): Data {
  const { choices } = saying;
  if (isNonNullType(type)) return requiredValue(saying, type.ofType, name);
  // An id that is left out would be the caller's own organization: mostly it is given.
  const isGiven = name === 'organizationId' ? !choices.onceIn(5) : choices.onceIn(2);
  if (!isGiven) return undefined;
  return choices.onceIn(12) ? null : requiredValue(saying, type, name);
}

function requiredValue(saying: Saying, type: GraphQLInputType, name: string): Data {
  const { choices } = saying;
  if (isNonNullType(type)) return requiredValue(saying, type.ofType, name);
  if (isListType(type)) {
    const one = name.replace(/s$/, '');
    const count = 1 + choices.below(3);
    return Array.from({ length: count }, () => requiredValue(saying, type.ofType, one));
  }
  if (isEnumType(type)) return choices.oneOf(type.getValues()).name;
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).map((field) => [
      field.name,
      randomValue(saying, field.type, field.name),
    ]);
    return Object.fromEntries(fields.filter(([, value]) => value !== undefined));
  }
  return scalarOf(saying, type.name, name);
}

function scalarOf(saying: Saying, type: string, name: string): Data {
  const { choices } = saying;
  switch (type) {
    case 'ID':
      return idFor(saying, name);
    case 'Int':
    case 'SafeInt':
      return choices.oneOf([1, 2, 3, 5, 7, 0, 90, -1]);
    case 'Boolean':
      return choices.onceIn(2);
    case 'DateTime':
      return choices.oneOf(['2030-01-01T00:00:00.000Z', '2001-01-01T00:00:00.000Z', FAR]);
    case 'JSON':
      return choices.onceIn(2) ? { key: say(saying, 'texts') } : say(saying, 'texts');
    case 'JSONObject':
      return { key: say(saying, 'texts') };
    case 'EmailAddress':
      return say(saying, 'emails');
    case 'IP':
      return say(saying, 'addresses');
    default:
      return textFor(saying, name);
  }
}

const FAR = '9999-12-31T23:59:59.999Z';

/** Nearly always an id of the kind that is asked for: another kind is refused before anything is read. */
function idFor(saying: Saying, name: string): string {
  const { choices, words } = saying;
  const kinds = Object.keys(words.foreign.nodes);
  const kind = kinds.find((type) =>
    type.toLowerCase().endsWith(name.replace(/Id$/, '').toLowerCase()),
  );
  const chosen = kind && !choices.onceIn(8) ? kind : choices.oneOf(kinds);
  const place = choices.below(16);
  if (place === 15) return choices.oneOf(words.odd);
  if (place > 11) return words.own.nodes[chosen] ?? '';
  const id = words.foreign.nodes[chosen] ?? '';
  saying.said.add(id);
  return id;
}

type Kind = 'texts' | 'emails' | 'addresses' | 'cursors' | 'slugs';

/** One of the other tenant's words, now and then one of the caller's own or an odd one. */
function say({ choices, words, said }: Saying, kind: Kind): string {
  const place = choices.below(16);
  if (place === 15) return choices.oneOf(words.odd);
  if (place > 12) return choices.oneOf(words.own[kind]);
  const word = choices.oneOf(words.foreign[kind]);
  said.add(word);
  return word;
}

function textFor(saying: Saying, name: string): string {
  const { choices } = saying;
  if (Object.hasOwn(PLAIN, name)) return choices.oneOf(PLAIN[name] ?? ['']);
  switch (name) {
    case 'after':
    case 'before':
      return choices.onceIn(3) ? say(saying, 'cursors') : idFor(saying, choices.oneOf(IDS));
    case 'hiddenSlug':
      return say(saying, 'slugs');
    case 'query':
      return termOf(saying);
    default:
      return say(saying, choices.onceIn(6) ? 'emails' : 'texts');
  }
}

/** Texts that name nothing of a tenant. Whether a slug is taken is for everyone to know. */
const PLAIN: Readonly<Record<string, readonly string[]>> = {
  slug: ['not-of-anyone', 'x', ''],
  timezone: ['Europe/Berlin', 'UTC', 'Nowhere/Town'],
  permission: ['auditLog:read', 'auditLog:record', 'a:b'],
};

function termOf(saying: Saying): string {
  const key = saying.choices.oneOf(['', 'action:', '-action:', 'resource:', 'actor:', 'type:']);
  return `${key}${JSON.stringify(say(saying, key === 'actor:' ? 'emails' : 'texts'))}`;
}

const IDS = ['organizationId', 'userId', 'invitationId', 'teamId', 'apiKeyId', 'legalHoldId'];
