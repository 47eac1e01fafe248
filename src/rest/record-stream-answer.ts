import { setTimeout as pause } from 'node:timers/promises';
import { type LineReceipt, recordStream } from '../features/audit-log/record-stream.ts';
import { OUR_FAULT } from '../http/refusal.ts';
import { SECOND_MS } from '../kernel/clock.ts';
import { DomainError } from '../kernel/errors.ts';
import { QueueFullError } from '../ledger/group-queue.ts';
import { count, noCounts, type Recording } from './record-receipt.ts';

const BATCH_SIZE = 500;
const FULL_PAUSE_MS = 100;
const FULL_DEADLINE_MS = 30 * SECOND_MS;

/** The answer to a stream, and when its last line was taken or its reader was gone. */
export interface StreamAnswer {
  readonly response: Response;
  readonly done: Promise<void>;
}

/**
 * Records NDJSON and answers with NDJSON while it reads: one receipt a line, and a last line with
 * the counts that says whether all was read, or what ended it. Nothing is read further than the
 * receipts are taken, so a client has to read while it writes.
 */
export function answerStream(given: Recording, closing: AbortSignal): StreamAnswer {
  const { exchange } = given;
  const { promise: done, resolve } = Promise.withResolvers<void>();
  const ended = AbortSignal.any([closing, exchange.request.signal]);
  const texts = linesFor(given, ended, closing);
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value, done: isLast } = await texts.next();
      if (value !== undefined) controller.enqueue(encoder.encode(value));
      if (!isLast) return;
      controller.close();
      resolve();
    },
    cancel: () => resolve(),
  });
  exchange.request.signal.addEventListener('abort', () => resolve(), { once: true });
  const headers = { 'content-type': 'application/x-ndjson; charset=utf-8' };
  return { response: new Response(body, { headers }), done };
}

async function* linesFor(
  { exchange, session, organizationId, bytes, options }: Recording,
  ended: AbortSignal,
  closing: AbortSignal,
): AsyncGenerator<string> {
  const counts = noCounts();
  let lastLine = 0;
  let failure: unknown = null;
  const stream = { ...options, batchSize: BATCH_SIZE, attempt: whenThereIsRoom };
  try {
    const read = until(bytes, ended, exchange);
    for await (const receipts of recordStream(session, organizationId, read, stream)) {
      count(counts, receipts);
      lastLine = receipts.at(-1)?.line ?? lastLine;
      yield receipts.map(lineOf).join('');
    }
  } catch (error) {
    failure = error;
  }
  if (failure !== null) exchange.log.warn({ err: failure, lastLine }, 'a stream ended early');
  const error = closing.aborted ? STOPPING : failure === null ? null : described(failure);
  yield `${JSON.stringify({ done: error === null, ...counts, lastLine, ...(error && { error }) })}\n`;
}

/** Written by hand where nothing needs escaping: a stream has many of them. */
const lineOf = ({ line, status, auditLog, errors }: LineReceipt): string =>
  auditLog
    ? `{"line":${line},"status":"${status}","id":"${auditLog.id}","sequence":${auditLog.sequence}}\n`
    : `${JSON.stringify({ line, status, ...(errors.length > 0 && { errors }) })}\n`;

/** The bytes until the server stops or the client is gone; counts them. */
async function* until(
  bytes: AsyncIterable<Uint8Array>,
  ended: AbortSignal,
  exchange: Recording['exchange'],
): AsyncGenerator<Uint8Array> {
  const iterator = bytes[Symbol.asyncIterator]();
  for (;;) {
    const next = await orEnded(iterator.next(), ended);
    if (next.done) return;
    exchange.bodyBytes += next.value.byteLength;
    yield next.value;
  }
}

/**
 * What `work` gives, unless `ended` comes first. A promise of its own each time: one for the whole
 * stream would hold on to every chunk that it was raced with.
 */
async function orEnded<T>(work: Promise<T>, ended: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = () => reject(new Error('The stream was ended.'));
  if (ended.aborted) stop();
  ended.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    ended.removeEventListener('abort', stop);
  }
}

/** Nothing of a recording that found the queue full was begun, so it may be tried again. */
async function whenThereIsRoom<T>(recording: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + FULL_DEADLINE_MS;
  for (;;) {
    try {
      return await recording();
    } catch (error) {
      if (!(error instanceof QueueFullError) || performance.now() > deadline) throw error;
      await pause(FULL_PAUSE_MS);
    }
  }
}

const STOPPING = { code: 'UNAVAILABLE', message: 'The server is stopping: send the rest again.' };

const BROKEN = {
  code: 'BAD_USER_INPUT',
  message: 'The stream broke off or its gzip is broken: every whole line before that was read.',
};

function described(error: unknown): { code: string; message: string } {
  if (error instanceof DomainError) return { code: error.code, message: error.message };
  const { code } = Object(error) as { code?: unknown };
  return typeof code === 'string' && /^(Z_|ECONN|ERR_STREAM|ABORT)/.test(code)
    ? BROKEN
    : { code: 'INTERNAL_SERVER_ERROR', message: OUR_FAULT };
}
