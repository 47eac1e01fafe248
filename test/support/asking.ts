import { type IncomingMessage, request } from 'node:http';
import { createInterface } from 'node:readline';
import type { Data } from './client.ts';

/** What a caller heard; null when nobody knows what became of the request. */
export type Heard = { readonly status: number; readonly headers: Headers; readonly body: Data };

/**
 * Asks a server over its port. Null when the connection broke or the answer was UNAVAILABLE: the
 * request may have been carried out or not, and has to be sent again.
 */
export async function ask(
  port: number,
  token: string,
  body: object,
  path = '/graphql',
): Promise<Heard | null> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: 'POST',
      // On a connection of its own: one that was kept may be closing while it is used again.
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        connection: 'close',
      },
      body: JSON.stringify(body),
    });
    const heard = {
      status: response.status,
      headers: response.headers,
      body: await json(response),
    };
    return isUnavailable(heard) ? null : heard;
  } catch {
    return null;
  }
}

const json = async (response: Response): Promise<Data> => JSON.parse(await response.text());

const isUnavailable = ({ body }: Heard): boolean =>
  body.code === 'UNAVAILABLE' ||
  (body.errors ?? []).some(({ extensions }: Data) => extensions?.code === 'UNAVAILABLE');

/** Sends a stream of events; gives each line of the answer to `hear` until the connection ends. */
export function stream(
  port: number,
  token: string,
  organizationId: string,
  lines: readonly string[],
  hear: (line: Data) => void,
): Promise<void> {
  const outgoing = request({
    port,
    method: 'POST',
    path: '/api/audit-logs',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/x-ndjson',
      'x-organization-id': organizationId,
    },
  });
  const ended = new Promise<void>((resolve) => {
    outgoing.on('error', () => resolve());
    outgoing.on('response', (response) => void hearAll(response, hear).finally(resolve));
  });
  outgoing.end(`${lines.join('\n')}\n`);
  return ended;
}

async function hearAll(response: IncomingMessage, hear: (line: Data) => void): Promise<void> {
  try {
    for await (const line of createInterface({ input: response })) {
      if (line.endsWith('}')) hear(JSON.parse(line));
    }
  } catch {
    // The connection broke: what was heard before stands.
  }
}
