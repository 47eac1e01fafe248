import type { Driven } from '../database/batch.ts';
import type { RecordedKey } from '../generated/sqlite/client.ts';
import type { SealedDraft } from './append.ts';
import type { EntryDraft } from './entry.ts';
import { isSameBody } from './recorded-keys.ts';

/** An event that a producer proposes, checked against every rule that needs no database. */
export interface Proposal {
  readonly draft: EntryDraft;
  readonly idempotencyKey: string | null;
  /** The canonical text by which two tellings are compared; empty without a key. */
  readonly sameness: string;
}

/** A proposal whose commitments are made. */
export interface SealedProposal extends Proposal {
  readonly sealed: SealedDraft;
}

/** What is to become of one proposal; `place` counts the new ones of one log from 0. */
export type Verdict =
  | { readonly kind: 'new'; readonly place: number; readonly proposal: SealedProposal }
  | { readonly kind: 'again'; readonly place: number }
  | { readonly kind: 'known'; readonly sequence: number | bigint }
  | { readonly kind: 'reused' };

/** What is known of a key, from the log or from earlier in the batch. */
interface Told {
  readonly verdict: Verdict;
  isSame(sameness: string): boolean;
}

/**
 * A judge of one log's proposals, asked about them in order: a key is known to every proposal after
 * the first that bears it, whoever tells it. `known` holds what the log has seen, by key.
 */
export function judgeOf(
  known: ReadonlyMap<string, Driven<RecordedKey>>,
): (proposal: SealedProposal) => Verdict {
  const told = new Map<string, Told>();
  for (const [key, row] of known) {
    const verdict = { kind: 'known', sequence: row.sequence } as const;
    told.set(key, { verdict, isSame: (sameness) => isSameBody(row, sameness) });
  }
  let placeCount = 0;
  return (proposal) => {
    const { idempotencyKey: key, sameness } = proposal;
    const earlier = key === null ? undefined : told.get(key);
    if (earlier) return earlier.isSame(sameness) ? earlier.verdict : { kind: 'reused' };
    const place = placeCount++;
    if (key !== null) {
      told.set(key, { verdict: { kind: 'again', place }, isSame: (other) => other === sameness });
    }
    return { kind: 'new', place, proposal };
  };
}
