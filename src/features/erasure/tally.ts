import type { NamingWindow } from './naming-entries.ts';

/** How many entries lost something, or would. */
export interface ErasureCounts {
  readonly entryCount: number;
  /** Whose actor was the person, or named them. */
  readonly actorCount: number;
  /** Whose details, changes or metadata named them. */
  readonly contentCount: number;
  /** In whose action, actor id, resource type or resource they stood in clear. */
  readonly bodyCount: number;
  /** To or from them. */
  readonly invitationCount: number;
}

/** How far an erasure has come. */
export interface ErasureTally {
  /** All entries up to here were looked at. */
  lastSequence: number;
  readonly sequences: Set<number>;
  readonly seenUserIds: Set<string>;
  actorCount: number;
  contentCount: number;
  bodyCount: number;
}

/** Nothing was looked at yet. */
export const newTally = (): ErasureTally => ({
  lastSequence: 0,
  sequences: new Set(),
  seenUserIds: new Set(),
  actorCount: 0,
  contentCount: 0,
  bodyCount: 0,
});

/** Counts a window. */
export function taken(tally: ErasureTally, { entries, seenUserIds }: NamingWindow): void {
  for (const { sequence, parts } of entries) {
    tally.sequences.add(sequence);
    if (parts.includes('ACTOR')) tally.actorCount += 1;
    if (parts.includes('CONTENT')) tally.contentCount += 1;
    if (parts.some((part) => part !== 'ACTOR' && part !== 'CONTENT')) tally.bodyCount += 1;
  }
  for (const id of seenUserIds) tally.seenUserIds.add(id);
}

/** The counts of all that was looked at. */
export const countsOf = (
  { sequences, actorCount, contentCount, bodyCount }: ErasureTally,
  invitationCount: number,
): ErasureCounts => ({
  entryCount: sequences.size,
  actorCount,
  contentCount,
  bodyCount,
  invitationCount,
});
