import type { Bindings } from '../../database/bindings.ts';
import { heldCondition, type StandingHold } from '../legal-hold/held.ts';
import type { Cutoffs } from './policy.ts';

/** What retention lets go, and what holds keep. */
export interface DueRule {
  readonly cutoffs: Cutoffs;
  readonly holds: readonly StandingHold[];
}

/** SQL on "AuditLog" that is true where an entry is old enough to go, whatever holds it. */
export function oldCondition({ cutoffs }: DueRule, bindings: Bindings): string {
  const each = [...cutoffs].map(
    ([scope, ms]) =>
      `("scope" = ${bindings.bind(scope)} AND "recordedAtMs" < ${bindings.bind(ms)})`,
  );
  return each.length === 0 ? 'false' : `(${each.join(' OR ')})`;
}

/** SQL on "AuditLog" that is true where an entry is under a hold. */
export const underHold = ({ holds }: DueRule, bindings: Bindings): string =>
  heldCondition(holds, bindings);

/** The entries that are retention's own: they go like all others, but no run begins for them alone. */
export const isOwn = `"action" IN ('auditLog.pruningStarted', 'auditLog.pruned') AND "origin" = 'SERVER'`;

/** How many entries, ascending by sequence, one statement looks at. */
export const WINDOW_SIZE = 1_000;

/** The entries of one window of a log, as a FROM clause: the first ones kept after a sequence. */
export const windowAfter = (
  ledgerId: number,
  sequence: number,
  size: number,
  bindings: Bindings,
): string =>
  `(SELECT * FROM "AuditLog" WHERE "ledgerId" = ${bindings.bind(ledgerId)} AND "sequence" > ${bindings.bind(sequence)}
  ORDER BY "sequence" LIMIT ${bindings.bind(size)}) AS "AuditLog"`;
