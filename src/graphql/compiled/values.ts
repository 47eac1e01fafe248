import { type GraphQLInputType, isNonNullType } from 'graphql';
import { Unwritable } from './unwritable.ts';

/** Values by their names: variables, arguments or the fields of an input object. */
export type Values = Readonly<Record<string, unknown>>;

/** The values of these, without those that are absent, which is undefined. */
export function present<Named extends { readonly name: string }>(
  all: readonly Named[],
  read: (one: Named) => unknown,
): Values {
  const values: Record<string, unknown> = {};
  for (const one of all) {
    const value = read(one);
    if (value !== undefined) values[one.name] = value;
  }
  return values;
}

/** Makes what stands for a value that was not given; undefined = it is absent. @throws Unwritable it is required */
export const absent = (type: GraphQLInputType, byDefault: unknown) => (): unknown => {
  if (byDefault === undefined && isNonNullType(type)) throw new Unwritable();
  return byDefault;
};
