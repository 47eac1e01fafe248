import { DomainError } from '../../kernel/errors.ts';

/** Why a person cannot be erased yet. */
export const BLOCKER_REASONS = ['MEMBER', 'NAMED', 'LEGAL_HOLD'] as const;
export type BlockerReason = (typeof BLOCKER_REASONS)[number];

/** One thing that stands in the way of an erasure. */
export interface Blocker {
  readonly reason: BlockerReason;
  /** The id of the member, of the thing that is named, or of the hold. */
  readonly id: string;
}

/** The person cannot be erased yet; nothing was erased, or no more than was already. */
export class ErasureBlockedError extends DomainError {
  readonly code = 'ERASURE_BLOCKED';
  readonly blockers: readonly Blocker[];

  constructor(blockers: readonly Blocker[]) {
    super(
      'The person cannot be erased yet: they are still a member, something is still named by their address, or a legal hold keeps what would be erased. See blockers.',
    );
    this.blockers = blockers;
  }
}
