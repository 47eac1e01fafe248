import { GraphQLError } from 'graphql';
import type { GraphQLParams } from 'graphql-yoga';

/** The documents that may run, by their ids. */
export type TrustedDocuments = ReadonlyMap<string, string>;

/**
 * Lets nothing be asked but trusted documents: by `documentId`, by the hash of a persisted query, or by
 * their text, letter for letter. Where both an id and a text are sent, the text counts for nothing.
 * Null trusts every document. What comes out is a request by text.
 */
export function onlyTrusted(documents: TrustedDocuments | null) {
  if (documents === null) return (params: GraphQLParams): GraphQLParams => params;
  const texts = new Set(documents.values());
  return (params: GraphQLParams): GraphQLParams => {
    const { documentId, extensions, ...asked }: Asked = Object(params);
    const id = documentId ?? extensions?.['persistedQuery']?.sha256Hash;
    const query = id === undefined ? asked.query : textOf(documents, id);
    if (query === undefined || !texts.has(query)) throw untrusted();
    return { ...asked, query };
  };
}

type Asked = GraphQLParams & { readonly documentId?: unknown };

/** Code generators write `sha256:` before such a hash, and persisted queries leave it out. */
const textOf = (documents: TrustedDocuments, id: unknown): string | undefined =>
  typeof id === 'string' ? (documents.get(id) ?? documents.get(`sha256:${id}`)) : undefined;

const untrusted = (): GraphQLError =>
  new GraphQLError('Only trusted documents run here: send the documentId of one.', {
    extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } },
  });
