import { setTimeout as pause } from 'node:timers/promises';
import {
  type AuditLogExport,
  type ExportPart,
  exportAuditLogs,
} from '../features/audit-log/export-audit-logs.ts';
import { exportEvidence } from '../features/audit-log/export-evidence.ts';
import { EXPORT_FORMATS, type ExportFormat } from '../features/audit-log/export-format.ts';
import type { Signer } from '../features/checkpoint/signer.ts';
import { selectedOrganizationId } from '../features/organization/current-organization.ts';
import { byteStream } from '../http/byte-stream.ts';
import type { Exchange } from '../http/exchange.ts';
import { acceptsGzip, gzipped } from '../http/gzipped.ts';
import { SECOND_MS } from '../kernel/clock.ts';
import { InvalidInputError } from '../kernel/errors.ts';
import { refuse } from '../kernel/problems.ts';
import type { Session } from '../ledger/session.ts';
import { FILTER_PARAMETERS, filterOf } from './filter-parameters.ts';
import { knownParameters, single, wholeNumber, wordsFrom } from './parameters.ts';

/** `GET /api/audit-logs/export`, and the exports that are under way there. */
export interface ExportDoor {
  answer(exchange: Exchange, session: Session): Promise<Response>;
  /** Ends each export where it is, its manifest saying so; resolves when all of them have ended. */
  close(): Promise<void>;
}

const PARAMETERS = [
  'organizationId',
  'format',
  'cursor',
  'snapshot',
  'evidence',
  'previousSize',
  ...FILTER_PARAMETERS,
];

const KINDS = {
  NDJSON: { type: 'application/x-ndjson; charset=utf-8', file: 'audit-logs.ndjson' },
  CSV: { type: 'text/csv; charset=utf-8; header=present', file: 'audit-logs.csv' },
  EVIDENCE: { type: 'application/zip', file: 'audit-logs-evidence.zip' },
};

/** An export that is under way. */
interface OpenExport {
  readonly ended: Promise<void>;
  /** Ends it where it is, whether or not its reader takes more. */
  giveUp(): Promise<unknown>;
}

/** How long a reader may take, once the server stops, to fetch what tells it so. */
const STOP_MS = 2 * SECOND_MS;

/** The door for exports; one for a server. */
export function exportDoor(signer: Signer): ExportDoor {
  const stopping = new AbortController();
  const underWay = new Set<OpenExport>();
  return {
    async answer(exchange, session) {
      const { kind, begun } = await begin(exchange, session, signer, stopping.signal);
      const isPacked = acceptsGzip(exchange.request);
      const bytes = bytesOf(begun.parts);
      const source = isPacked ? gzipped(bytes) : bytes;
      const { promise, resolve } = Promise.withResolvers<void>();
      const one: OpenExport = { ended: promise, giveUp: () => source.return(undefined) };
      underWay.add(one);
      const body = byteStream(source, exchange.request.signal, (error) => {
        if (error) exchange.log.warn({ err: error, exportId: begun.id }, 'an export broke off');
        underWay.delete(one);
        resolve();
      });
      return new Response(body, { headers: headersOf(begun, kind, isPacked) });
    },
    async close() {
      stopping.abort();
      const all = Promise.all([...underWay].map(({ ended }) => ended));
      await Promise.race([all, pause(STOP_MS, undefined, { ref: false })]);
      await Promise.allSettled([...underWay].map(({ giveUp }) => giveUp()));
    },
  };
}

type Kind = keyof typeof KINDS;

async function begin(
  { url }: Exchange,
  session: Session,
  signer: Signer,
  stop: AbortSignal,
): Promise<{ readonly kind: Kind; readonly begun: AuditLogExport }> {
  const search = knownParameters(url, PARAMETERS);
  const isEvidence = wholeNumber(search, 'evidence', 0, 1) === 1;
  refuseParameters(search, isEvidence ? ['format', 'snapshot'] : ['previousSize'], isEvidence);
  const place = (name: string) => wholeNumber(search, name, 0, Number.MAX_SAFE_INTEGER);
  const input = { filter: filterOf(search), cursor: place('cursor') };
  const format = formatOf(search);
  const snapshotSequence = place('snapshot');
  const previousSize = place('previousSize');
  const organizationId = await selectedOrganizationId(session, single(search, 'organizationId'));
  if (isEvidence) {
    const wanted = { ...input, previousSize };
    return {
      kind: 'EVIDENCE',
      begun: await exportEvidence(session, signer, organizationId, wanted, stop),
    };
  }
  const wanted = { ...input, format, snapshotSequence };
  return { kind: format, begun: await exportAuditLogs(session, organizationId, wanted, stop) };
}

function refuseParameters(search: URLSearchParams, names: string[], isEvidence: boolean): void {
  const message = isEvidence ? 'Not with evidence: a pack has its own.' : 'Only with evidence=1.';
  refuse(...names.map((name) => [name, search.has(name) ? message : null] as const));
}

const headersOf = ({ id, snapshotSequence }: AuditLogExport, kind: Kind, isPacked: boolean) => ({
  'content-type': KINDS[kind].type,
  'content-disposition': `attachment; filename="${KINDS[kind].file}"`,
  vary: 'accept-encoding',
  ...(isPacked && { 'content-encoding': 'gzip' }),
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
