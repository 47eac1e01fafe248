import {
  type AuditLogReceipt,
  LARGEST_BATCH,
  recordAuditLogs,
} from '../features/audit-log/record-audit-logs.ts';
import { readValue } from '../features/audit-log/record-line.ts';
import { unreadable } from '../features/audit-log/record-stream.ts';
import { tooLarge } from '../http/body.ts';
import { InvalidInputError } from '../kernel/errors.ts';
import { inspectJson } from '../kernel/json-text.ts';
import { count, noCounts, type Recording, shownReceipt } from './record-receipt.ts';

/** An array of events, each with its metadata of 16 levels, is two deeper than that. */
const JSON_LIMITS = { maxDepth: 20, maxNodes: 500_000 };

/**
 * Records one event, or an array of them in one transaction. A single event answers 201, 200 when it
 * was stored before, or 400 with the rules it breaks; an array answers 200 with a receipt for each.
 * @throws InvalidInputError no JSON, no events or more than 1,000 · PayloadTooLargeError
 */
export async function answerBody(given: Recording, limitBytes: number): Promise<Response> {
  const { exchange, session, organizationId, options } = given;
  const body = await wholeOf(given, limitBytes);
  exchange.bodyBytes = body.byteLength;
  const value = parsed(body);
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (values.length === 0 || values.length > LARGEST_BATCH) throw wrongCount(values.length);
  const read = values.map((one) => readValue(one, options));
  const events = read.flatMap((one) => ('event' in one ? [one.event] : []));
  const recorded =
    events.length === 0 ? [] : await recordAuditLogs(session, organizationId, events);
  const next = recorded.values();
  const receipts = read.map((one): AuditLogReceipt => {
    if ('problem' in one) return unreadable(one.problem);
    return next.next().value ?? unreadable('It was given no receipt.');
  });
  if (Array.isArray(value)) {
    return Response.json({ data: receipts.map(shownReceipt), ...count(noCounts(), receipts) });
  }
  return answerOne(receipts);
}

function answerOne([receipt]: readonly AuditLogReceipt[]): Response {
  if (!receipt || receipt.status === 'REJECTED') {
    throw new InvalidInputError(receipt?.errors ?? []);
  }
  const status = receipt.status === 'RECORDED' ? 201 : 200;
  return Response.json({ data: shownReceipt(receipt) }, { status });
}

const wrongCount = (found: number): InvalidInputError => {
  const message = `Give from 1 to ${LARGEST_BATCH} events; there are ${found}. NDJSON takes any number.`;
  return new InvalidInputError([{ path: [], message }]);
};

async function wholeOf({ bytes }: Recording, limitBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  try {
    for await (const chunk of bytes) {
      sizeBytes += chunk.byteLength;
      if (sizeBytes > limitBytes) break;
      chunks.push(chunk);
    }
  } catch {
    throw unreadableBody('The request body is cut off, or its gzip is broken.');
  }
  if (sizeBytes > limitBytes) throw tooLarge(limitBytes);
  return Buffer.concat(chunks);
}

function parsed(body: Uint8Array): unknown {
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body);
    value = JSON.parse(text);
  } catch {
    // The parser's own message would repeat pieces of the body.
    throw unreadableBody('The request body is not valid JSON in UTF-8.');
  }
  const problem = inspectJson(text, JSON_LIMITS);
  if (problem === null) return value;
  throw new InvalidInputError([{ path: problem.path, message: problem.message }]);
}

const unreadableBody = (message: string): InvalidInputError =>
  new InvalidInputError([{ path: [], message }]);
