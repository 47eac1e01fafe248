import { createHash } from 'node:crypto';

/** A file of a pack, as its manifest tells of it. */
export interface EvidenceFile {
  readonly bytes: number;
  /** In hex. */
  readonly sha256: string;
}

/** What a pack of evidence says of itself. */
export interface EvidenceManifest {
  readonly exportId: string;
  readonly organizationId: string;
  /** The log's name in its checkpoints. */
  readonly origin: string;
  readonly exportedAt: Date;
  /** Every entry, or those that a filter or a cursor left, each with its proof. */
  readonly kind: 'WHOLE' | 'SELECTION';
  /** Only what restricts. */
  readonly filter: Record<string, unknown>;
  readonly afterSequence: number;
  /** Size of the checkpoint; entries recorded later are not part of it. */
  readonly snapshotSequence: number;
  readonly entryCount: number;
  /** Leaves of entries that retention removed. */
  readonly prunedCount: number;
  readonly complete: boolean;
  /** Why it is not complete; null when it is. */
  readonly reason: string | null;
  /** Every file but the manifest and its note. */
  readonly files: Readonly<Record<string, EvidenceFile>>;
}

/** The text of manifest.json. */
export const manifestText = (manifest: EvidenceManifest): string =>
  `${JSON.stringify({ format: 'orgtrail-evidence', version: 1, ...manifest }, null, 2)}\n`;

/** What the log's key signs of a manifest. It cannot pass for a checkpoint: its second line is no size. */
export const manifestStatement = (origin: string, text: string): string =>
  `orgtrail evidence manifest v1\n${origin}\n${createHash('sha256').update(text).digest('hex')}\n`;
