import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { type Answer, TextAnswer } from './answer.ts';

/** Sends an answer; a body that fails half-way, or whose client goes away, ends the connection. */
export async function sendAnswer(answer: Answer, response: ServerResponse): Promise<void> {
  response.writeHead(answer.status, [...answer.headers].flat());
  if (answer instanceof TextAnswer) {
    response.end(answer.text);
  } else if (answer.body) {
    const body = Readable.fromWeb(answer.body as ReadableStream<Uint8Array>);
    await pipeline(body, response).catch(() => response.destroy());
  } else {
    response.end();
  }
}
