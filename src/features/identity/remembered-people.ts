import { hash } from 'node:crypto';
import { type Clock, SECOND_MS } from '../../kernel/clock.ts';
import type { Caller } from './caller.ts';

/** How long it is taken to be so that a token is good, and whose it is. */
const REMEMBERED_MS = 5 * SECOND_MS;
const MOST = 10_000;

/** A person whose token was verified, and until when it is good. */
export interface Proven {
  readonly caller: Caller;
  readonly expiresAtMs: number;
}

/**
 * The same as `prove`, which it asks once in five seconds for each token: a person's requests come in
 * crowds. Tokens are known by their SHA-256 alone, refusals are not remembered, and a token is never
 * good beyond its end. What the person may do is no part of it: that is read each time.
 */
export function rememberingPeople(
  clock: Clock,
  prove: (token: string) => Promise<Proven>,
): (token: string) => Promise<Caller> {
  const known = new Map<string, Proven & { readonly untilMs: number }>();
  return async (token) => {
    const nowMs = clock().getTime();
    const digest = hash('sha256', token, 'base64');
    const remembered = known.get(digest);
    if (remembered && nowMs < remembered.untilMs) return remembered.caller;
    known.delete(digest);
    const proven = await prove(token);
    const untilMs = Math.min(nowMs + REMEMBERED_MS, proven.expiresAtMs);
    known.set(digest, { ...proven, untilMs });
    // The one that was proven first: a Map keeps its order of insertion.
    if (known.size > MOST) known.delete(known.keys().next().value ?? '');
    return proven.caller;
  };
}
