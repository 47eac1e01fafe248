import { action } from './action-definition.ts';

/** The part of the catalogue that tells of retention and legal holds. */
export const RETENTION_ACTIONS = {
  'auditLog.pruningStarted': action<{ cutoffs: Record<string, string>; dueCount: number }>({
    scope: 'PLATFORM',
    resourceType: 'retentionRun',
    description:
      'Retention began to remove old entries; recorded before any of them went. `cutoffs` says, by scope, before which instant of recording.',
    details: ({ dueCount }) => `Began to remove ${dueCount} entries by retention`,
  }),
  'auditLog.pruned': action<{
    prunedCount: number;
    firstSequence: number | null;
    lastSequence: number | null;
    startedAt: string;
  }>({
    scope: 'PLATFORM',
    resourceType: 'retentionRun',
    description:
      'Retention has removed old entries between these two; their leaves stay, and all proofs with them.',
    details: ({ prunedCount, firstSequence, lastSequence }) =>
      prunedCount === 0
        ? 'Removed no entries by retention'
        : `Removed ${prunedCount} entries from ${firstSequence} to ${lastSequence} by retention`,
  }),
  'organization.retentionChangeCancelled': action<{ name: string; effectiveAt: string }>({
    scope: 'PLATFORM',
    resourceType: 'organization',
    description: 'A shorter retention was taken back before it came into force; see `changes`.',
    details: ({ name }) => `Took back the shorter retention of organization '${name}'`,
  }),
  'legalHold.created': action<{ filter: Record<string, unknown>; reason: string }>({
    scope: 'PLATFORM',
    resourceType: 'legalHold',
    description: 'Entries were put under a legal hold: neither retention nor erasure takes them.',
    details: ({ reason }) => `Put entries under a legal hold: ${reason}`,
  }),
  'legalHold.released': action<{ filter: Record<string, unknown>; reason: string }>({
    scope: 'PLATFORM',
    resourceType: 'legalHold',
    description: 'A legal hold was released.',
    details: ({ reason }) => `Released a legal hold: ${reason}`,
  }),
} as const;
