import { action } from './action-definition.ts';

/** What the server records of the erasure of a person: that it was, never of whom. */
export const ERASURE_ACTIONS = {
  'auditLog.erasureBegan': action<{ erasureId: string }>({
    scope: 'PLATFORM',
    resourceType: 'erasure',
    description: 'The erasure of a person began; recorded before anything of it was done.',
    details: () => 'Began to erase a person',
  }),
  'auditLog.subjectErased': action<{
    erasureId: string;
    entryCount: number;
    actorCount: number;
    contentCount: number;
    bodyCount: number;
    invitationCount: number;
  }>({
    scope: 'PLATFORM',
    resourceType: 'erasure',
    description:
      'The erasure of a person ended: how many entries lost something, in which parts. Entries, order and proofs stay. It does not say who it was.',
    details: ({ entryCount }) => `Erased a person from ${entryCount} entries`,
  }),
} as const;
