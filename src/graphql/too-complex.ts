import { GraphQLError } from 'graphql';

/** The refusal of a document that costs too much; `message` names the limit. */
export const tooComplex = (message: string): GraphQLError =>
  new GraphQLError(message, {
    extensions: { code: 'QUERY_TOO_COMPLEX', http: { status: 400, spec: true } },
  });
