import type { TypedDocumentString } from './generated/graphql.ts';

/** Sends a document; its variables and its answer have the types that codegen gave it. */
export type Send = <Answer, Variables>(
  document: TypedDocumentString<Answer, Variables>,
  variables: Variables,
) => Promise<Answer>;

/** What stands in `errors` of an answer. */
interface RequestError {
  readonly message: string;
  readonly extensions: { readonly code: string };
}

/** Speaks to one server as whoever the token is for. */
export const connect =
  (url: string, token: string): Send =>
  async <Answer, Variables>(
    document: TypedDocumentString<Answer, Variables>,
    variables: Variables,
  ) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ query: document.toString(), variables }),
    });
    const answer = (await response.json()) as { data: Answer; errors?: RequestError[] };
    const [error] = answer.errors ?? [];
    if (error) throw new Error(`${error.extensions.code}: ${error.message}`);
    return answer.data;
  };
