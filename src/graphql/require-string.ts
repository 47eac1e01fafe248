import { GraphQLError } from 'graphql';

/** Passes strings through; anything else is a coercion error that names the scalar. */
export const requireString =
  (scalar: string) =>
  (value: unknown): string => {
    if (typeof value !== 'string') throw new GraphQLError(`${scalar} must be given as a string.`);
    return value;
  };
