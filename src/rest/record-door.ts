import { inflated } from '../features/audit-log/record-bytes.ts';
import type { ReadOptions } from '../features/audit-log/record-line.ts';
import { selectedOrganizationId } from '../features/organization/current-organization.ts';
import type { Exchange } from '../http/exchange.ts';
import { problem } from '../http/problem.ts';
import { UnderWay } from '../kernel/under-way.ts';
import { PRODUCT_SCOPES } from '../kernel/vocabulary.ts';
import { authorize } from '../ledger/authorize.ts';
import type { Session } from '../ledger/session.ts';
import { knownParameters, wordsFrom } from './parameters.ts';
import { answerBody } from './record-body.ts';
import { isNdjson } from './record-media-type.ts';
import type { Recording } from './record-receipt.ts';
import { answerStream } from './record-stream-answer.ts';

/** The door by which products report events over plain HTTP. */
export interface RecordDoor {
  /** Answers `POST /api/audit-logs`: one event, an array of events, or NDJSON of any length. */
  answer(exchange: Exchange, session: Session): Promise<Response>;
  /** Ends the streams under way after what they have read, and resolves when they have said so. */
  close(): Promise<void>;
}

/** Opens the door; a body that is not a stream has at most `bodyLimitBytes`, once unpacked. */
export function recordDoor({ bodyLimitBytes }: { readonly bodyLimitBytes: number }): RecordDoor {
  const closing = new AbortController();
  const streams = new UnderWay();
  return {
    async answer(exchange, session) {
      const { headers } = exchange.request;
      const type = headers.get('content-type');
      const coding = (headers.get('content-encoding') ?? 'identity').toLowerCase();
      if (!(isNdjson(type) || isJson(type)) || !CODINGS.includes(coding)) return unsupported();
      const given = await openRecording(exchange, session, coding);
      if (!isNdjson(type)) return answerBody(given, bodyLimitBytes);
      const { response, done } = answerStream(given, closing.signal);
      void streams.counting(done);
      return response;
    },
    async close() {
      closing.abort();
      await streams.none();
    },
  };
}

const CODINGS = ['identity', 'gzip'];

/** Refuses who may not record before a byte of the body is read. @throws as `authorize` */
async function openRecording(
  exchange: Exchange,
  session: Session,
  coding: string,
): Promise<Recording> {
  const options = optionsOf(exchange.url);
  const organizationId = await selectedOrganizationId(session);
  await authorize(session, organizationId, 'auditLog:record');
  const raw: AsyncIterable<Uint8Array> = exchange.request.body ?? NOTHING;
  const bytes = coding === 'gzip' ? inflated(raw) : raw;
  return { exchange, session, organizationId, bytes, options };
}

const NOTHING: AsyncIterable<Uint8Array> = { async *[Symbol.asyncIterator]() {} };

const isJson = (type: string | null): boolean =>
  /^application\/json\s*(;\s*charset="?utf-?8"?\s*)?$/i.test(type ?? '');

const unsupported = (): Response => {
  const response = problem(
    415,
    'Send application/json (one event or an array) or application/x-ndjson in UTF-8, plain or with Content-Encoding gzip.',
  );
  response.headers.set('accept', 'application/json, application/x-ndjson');
  response.headers.set('accept-encoding', 'gzip');
  return response;
};

/** @throws InvalidInputError a parameter that there is not, or a scope that there is not */
function optionsOf(url: URL): ReadOptions {
  const search = knownParameters(url, ['defaultScope']);
  const [defaultScope = null] = wordsFrom(search, 'defaultScope', PRODUCT_SCOPES);
  return { defaultScope, keyByContent: false };
}
