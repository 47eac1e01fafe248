import {
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedOutputType,
  type GraphQLObjectType,
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
} from 'graphql';
import { schema } from '../../src/schema.ts';
import { choicesFrom } from './choices.ts';
import type { Data } from './client.ts';
import type { Words } from './fuzz-words.ts';
import { randomValue, type Saying } from './random-value.ts';

/** A request that the schema allows. */
export interface RandomDocument {
  readonly kind: 'query' | 'mutation';
  readonly document: string;
  readonly variables: Readonly<Record<string, Data>>;
  /** The words of another tenant in it. */
  readonly said: ReadonlySet<string>;
}

type Field = GraphQLField<unknown, unknown>;

/** A document while it is made. */
interface Making extends Saying {
  readonly variables: Record<string, Data>;
  readonly definitions: string[];
  readonly fragments: string[];
  aliases: number;
  fields: number;
}

/** Below the server's own limits, which have tests of their own. */
const MOST = { fields: 60, depth: 8, aliases: 24, fragments: 4 };

/** The document that a list of numbers decides on, saying these words; the same list, the same shape. */
export function documentFrom(
  numbers: readonly number[],
  words: Words,
  mayChange: boolean,
): RandomDocument {
  const making: Making = {
    ...{ choices: choicesFrom(numbers), words, said: new Set<string>() },
    ...{ variables: {}, definitions: [], fragments: [], aliases: 0, fields: 0 },
  };
  const kind = mayChange && making.choices.below(5) > 1 ? 'mutation' : 'query';
  const root = kind === 'query' ? schema.getQueryType() : schema.getMutationType();
  const body = objectSelection(making, root as GraphQLObjectType, 1, new Set());
  const definitions = making.definitions.length > 0 ? `(${making.definitions.join(', ')})` : '';
  return {
    kind,
    document: [`${kind}${definitions} ${body}`, ...making.fragments].join(' '),
    variables: making.variables,
    said: making.said,
  };
}

/** `used` are the response keys of the selection set, whichever fragment they stand in. */
function selection(making: Making, type: GraphQLNamedOutputType, depth: number): string {
  if (isLeafType(type)) return '';
  const used = new Set<string>(['__typename']);
  if (!isAbstractType(type)) return objectSelection(making, type as GraphQLObjectType, depth, used);
  const { choices } = making;
  const members = schema.getPossibleTypes(type);
  const success = members.filter(({ name }) => name.endsWith('Success'));
  const chosen = new Set([...success, choices.oneOf(members), choices.oneOf(members)]);
  const fragments = [...chosen].map(
    (member) => `... on ${member.name} ${objectSelection(making, member, depth, used)}`,
  );
  return `{ __typename ${fragments.join(' ')} }`;
}

function objectSelection(
  making: Making,
  type: GraphQLObjectType,
  depth: number,
  used: Set<string>,
): string {
  const { choices } = making;
  const all = Object.values(type.getFields());
  const isDeep = depth >= MOST.depth;
  const open = isDeep ? all.filter((field) => isLeafType(getNamedType(field.type))) : all;
  const count = 1 + choices.below(depth === 1 ? 2 : 5);
  const texts = Array.from({ length: open.length > 0 ? count : 0 }, () =>
    fieldText(making, choices.oneOf(open), depth, used),
  ).filter((text) => text !== '');
  const body = `{ ${texts.length > 0 ? texts.join(' ') : '__typename'} }`;
  if (depth === 1 || making.fragments.length >= MOST.fragments || !choices.onceIn(10)) return body;
  const name = `F${making.fragments.length}`;
  making.fragments.push(`fragment ${name} on ${type.name} ${body}`);
  return `{ ...${name} }`;
}

/** A field by a response key of its own, so that no two ask for different things under one name. */
function fieldText(making: Making, field: Field, depth: number, used: Set<string>): string {
  const { choices } = making;
  const type = getNamedType(field.type);
  if (making.fields >= MOST.fields) return '';
  const isRenamed = used.has(field.name) || choices.onceIn(15);
  if (isRenamed && making.aliases >= MOST.aliases) return '';
  making.fields += 1;
  if (isRenamed) making.aliases += 1;
  const key = isRenamed ? `a${making.aliases}` : field.name;
  used.add(key);
  const name = isRenamed ? `${key}: ${field.name}` : field.name;
  const directive = choices.onceIn(40) ? ' @include(if: true)' : '';
  return `${name}${argumentsText(making, field, depth)}${directive} ${selection(making, type, depth + 1)}`;
}

function argumentsText(making: Making, field: Field, depth: number): string {
  const paging = field.args.some(({ name }) => name === 'first') ? pageOf(making, depth) : {};
  const texts = field.args.flatMap((arg) => {
    const value = PAGING.includes(arg.name)
      ? paging[arg.name]
      : randomValue(making, arg.type, meaningOf(field.name, arg.name));
    return value === undefined ? [] : [`${arg.name}: ${valueText(making, value, arg.type)}`];
  });
  return texts.length > 0 ? `(${texts.join(', ')})` : '';
}

/** What an argument is for, where its name alone does not say it: whose id, a slug that nobody may know of. */
function meaningOf(field: string, arg: string): string {
  if (arg === 'id') return `${field.replace(/At$/, '')}Id`;
  return arg === 'slug' && field === 'organization' ? 'hiddenSlug' : arg;
}

const PAGING = ['first', 'last', 'after', 'before'];

/** A page in either direction; below the first level always a small one, since pages multiply. */
function pageOf(making: Making, depth: number): Record<string, Data> {
  const { choices } = making;
  if (depth === 1 && choices.onceIn(4)) return {};
  const [size, place] = choices.oneOf([
    ['first', 'after'],
    ['last', 'before'],
  ] as const);
  const cursor = choices.onceIn(3) ? randomValue(making, CURSOR, place) : undefined;
  return { [size]: 1 + choices.below(3), [place]: cursor };
}

const CURSOR = schema.getType('String') as GraphQLInputType;

/** A value as a literal, of which any part may be a variable. */
function valueText(making: Making, value: Data, type: GraphQLInputType): string {
  if (!making.choices.onceIn(2)) return literalText(making, value, type);
  const name = `v${making.definitions.length}`;
  making.definitions.push(`$${name}: ${type}`);
  making.variables[name] = value;
  return `$${name}`;
}

function literalText(making: Making, value: Data, type: GraphQLInputType): string {
  if (isNonNullType(type)) return literalText(making, value, type.ofType);
  if (value === null) return 'null';
  if (isListType(type)) {
    return `[${value.map((item: Data) => valueText(making, item, type.ofType)).join(', ')}]`;
  }
  if (isInputObjectType(type)) {
    const fields = type.getFields();
    const texts = Object.entries(value).map(
      ([name, inside]) => `${name}: ${valueText(making, inside, fields[name]?.type ?? CURSOR)}`,
    );
    return `{ ${texts.join(', ')} }`;
  }
  return isEnumType(type) ? value : literal(value);
}

const literal = (value: Data): string =>
  value !== null && typeof value === 'object'
    ? `{ ${Object.entries(value)
        .map(([name, inside]) => `${name}: ${literal(inside)}`)
        .join(', ')} }`
    : JSON.stringify(value);
