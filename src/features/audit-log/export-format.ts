import { type ColumnOption, stringify } from 'csv-stringify/sync';
import type { AuditLog } from './audit-log.ts';
import { auditLogJson } from './audit-log-json.ts';

/** The forms in which a log is exported. */
export const EXPORT_FORMATS = ['NDJSON', 'CSV'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** The text before the first entry: the names of the columns, or nothing. */
export const headText = (format: ExportFormat): string =>
  format === 'CSV' ? stringify([], { ...CSV, header: true }) : '';

/** Entries as text, each in a line of its own or, where a cell of CSV holds line breaks, in several. */
export const entriesText = (format: ExportFormat, entries: readonly AuditLog[]): string =>
  format === 'CSV'
    ? stringify(entries as AuditLog[], CSV)
    : entries.map((entry) => `${auditLogJson(entry)}\n`).join('');

const COLUMNS: readonly (keyof AuditLog)[] = [
  'id',
  'organizationId',
  'sequence',
  'createdAt',
  'recordedAt',
  'scope',
  'action',
  'outcome',
  'origin',
  'email',
  'actorType',
  'actorId',
  'actorName',
  'resourceType',
  'resourceUID',
  'details',
  'changes',
  'metadata',
  'ip',
  'userAgent',
  'requestId',
  'correlationId',
  'erased',
];

/**
 * RFC 4180, with every column. A cell that a spreadsheet would run as a formula gets an apostrophe
 * before it. An empty text is quoted and an absent one is not.
 */
const CSV = {
  columns: COLUMNS as unknown as ColumnOption[],
  record_delimiter: '\r\n',
  escape_formulas: true,
  quoted_empty: true,
  // The library quotes only what holds its own delimiter; other readers end a record at less.
  quoted_match: /[\r\n]/,
  cast: { date: (at: Date) => at.toISOString() },
} as const;
