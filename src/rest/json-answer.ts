/** An answer of JSON text. */
export const jsonAnswer = (text: string, status = 200, headers: Record<string, string> = {}) =>
  new Response(text, {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  });

/** An answer `{"data": …}`, as every answer of the REST door that is not a list. */
export const dataAnswer = (data: unknown, status = 200, headers: Record<string, string> = {}) =>
  jsonAnswer(JSON.stringify({ data }), status, headers);
