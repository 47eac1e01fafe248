import { setTimeout as pause } from 'node:timers/promises';
import {
  type AuditLogExport,
  type ExportPart,
  exportAuditLogs,
} from '../features/audit-log/export-audit-logs.ts';
import { EXPORT_FORMATS, type ExportFormat } from '../features/audit-log/export-format.ts';
import { selectedOrganizationId } from '../features/organization/current-organization.ts';
import { byteStream } from '../http/byte-stream.ts';
import type { Exchange } from '../http/exchange.ts';
import { acceptsGzip, gzipped } from '../http/gzipped.ts';
import { SECOND_MS } from '../kernel/clock.ts';
import { InvalidInputError } from '../kernel/errors.ts';
import type { Session } from '../ledger/session.ts';
import { FILTER_PARAMETERS, filterOf } from './filter-parameters.ts';
import { knownParameters, single, wholeNumber, wordsFrom } from './parameters.ts';

/** `GET /api/audit-logs/export`, and the exports that are under way there. */
export interface ExportDoor {
  answer(exchange: Exchange, session: Session): Promise<Response>;
  /** Ends each export where it is, its manifest saying so; resolves when all of them have ended. */
  close(): Promise<void>;
}

const PARAMETERS = ['organizationId', 'format', 'cursor', 'snapshot', ...FILTER_PARAMETERS];

const TYPES = {
  NDJSON: 'application/x-ndjson; charset=utf-8',
  CSV: 'text/csv; charset=utf-8; header=present',
};

/** An export that is under way. */
interface UnderWay {
  readonly ended: Promise<void>;
  /** Ends it where it is, whether or not its reader takes more. */
  giveUp(): Promise<unknown>;
}

/** How long a reader may take, once the server stops, to fetch what tells it so. */
const STOP_MS = 2 * SECOND_MS;

/** The door for exports; one for a server. */
export function exportDoor(): ExportDoor {
  const stopping = new AbortController();
  const underWay = new Set<UnderWay>();
  return {
    async answer(exchange, session) {
      const search = knownParameters(exchange.url, PARAMETERS);
      const format = formatOf(search);
      const input = {
        format,
        filter: filterOf(search),
        cursor: wholeNumber(search, 'cursor', 0, Number.MAX_SAFE_INTEGER),
        snapshotSequence: wholeNumber(search, 'snapshot', 0, Number.MAX_SAFE_INTEGER),
      };
      const named = single(search, 'organizationId');
      const organizationId = await selectedOrganizationId(session, named);
      const begun = await exportAuditLogs(session, organizationId, input, stopping.signal);
      const bytes = bytesOf(begun.parts);
      const source = acceptsGzip(exchange.request) ? gzipped(bytes) : bytes;
      const { promise, resolve } = Promise.withResolvers<void>();
      const one: UnderWay = { ended: promise, giveUp: () => source.return(undefined) };
      underWay.add(one);
      const body = byteStream(source, exchange.request.signal, (error) => {
        if (error) exchange.log.warn({ err: error, exportId: begun.id }, 'an export broke off');
        underWay.delete(one);
        resolve();
      });
      return new Response(body, { headers: headersOf(begun, format, exchange.request) });
    },
    async close() {
      stopping.abort();
      const all = Promise.all([...underWay].map(({ ended }) => ended));
      await Promise.race([all, pause(STOP_MS, undefined, { ref: false })]);
      await Promise.allSettled([...underWay].map(({ giveUp }) => giveUp()));
    },
  };
}

const headersOf = (
  { id, snapshotSequence }: AuditLogExport,
  format: ExportFormat,
  request: Request,
) => ({
  'content-type': TYPES[format],
  'content-disposition': `attachment; filename="audit-logs.${format.toLowerCase()}"`,
  vary: 'accept-encoding',
  ...(acceptsGzip(request) && { 'content-encoding': 'gzip' }),
  'x-export-id': id,
  'x-export-snapshot': String(snapshotSequence),
  link: `</api/audit-logs?action=auditLog.exportEnded&resourceUID=${id}>; rel="describedby"`,
});

async function* bytesOf(parts: AsyncIterable<ExportPart>): AsyncGenerator<Uint8Array> {
  for await (const { bytes } of parts) if (bytes.byteLength > 0) yield bytes;
}

function formatOf(search: URLSearchParams): ExportFormat {
  const [format = 'NDJSON', ...others] = wordsFrom(search, 'format', EXPORT_FORMATS);
  if (others.length === 0) return format;
  throw new InvalidInputError([{ path: ['format'], message: 'Give it once.' }]);
}
