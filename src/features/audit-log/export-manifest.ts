import type { ExportFormat } from './export-format.ts';
import type { AuditLogFilter } from './filter.ts';

/** What an export came to; it stands at the end of NDJSON, and in the log for either format. */
export interface ExportManifest {
  readonly exportId: string;
  readonly organizationId: string;
  /** EVIDENCE is a pack, whose own manifest says more. */
  readonly format: ExportFormat | 'EVIDENCE';
  /** Only what restricts. */
  readonly filter: Record<string, unknown>;
  /** Entries recorded later are not part of it. */
  readonly snapshotSequence: number;
  /** Entries as far as this one were not asked for. */
  readonly afterSequence: number;
  /** How far it came: where the next export goes on. */
  readonly cursor: number;
  /** Entries written. */
  readonly count: number;
  /**
   * SHA-256, in hex, of every byte before the manifest, as they are without gzip; of a pack, of its
   * manifest.json.
   */
  readonly sha256: string;
  readonly complete: boolean;
  /** Why it is not complete; null when it is. */
  readonly reason: string | null;
}

/** A filter as JSON, without what restricts nothing. */
export function filterJson(filter: AuditLogFilter | null | undefined): Record<string, unknown> {
  const { createdAt, ...others } = filter ?? {};
  const fields = {
    ...others,
    from: createdAt?.from?.toISOString(),
    to: createdAt?.to?.toISOString(),
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => restricts(value)));
}

const restricts = (value: unknown): boolean =>
  Array.isArray(value) ? value.length > 0 : value != null && value !== '';
