import type { Driven, StandingRow } from '../database/batch.ts';
import type { Ledger } from '../generated/sqlite/client.ts';
import { SECOND_MS } from '../kernel/clock.ts';
import type { OrganizationId } from '../kernel/ids.ts';
import { Recently } from '../kernel/recently.ts';

/** A log as this process last left it: its head, and who may write in it. */
export interface KnownLog {
  head: Driven<Ledger>;
  /** By actor. They hold as long as the head does: whatever changes a right appends an entry. */
  readonly standings: ReadonlyMap<string, StandingRow>;
}

interface Remembered {
  readonly log: KnownLog;
  readonly untilMs: number;
}

const MOST_KNOWN = 10_000;
const DISTRUST_MS = SECOND_MS;

/** Then it is asked for again: an operator may have taken a right away by SQL, which appends nothing. */
const REMEMBERED_MS = 5 * SECOND_MS;

/**
 * What one process remembers of the logs it appends to, so that it need not ask again. A guess only:
 * others append too, and the database takes nothing that builds on a head that has moved.
 */
export interface KnownLogs {
  get(organizationId: OrganizationId): KnownLog | undefined;
  learn(organizationId: OrganizationId, log: KnownLog): void;
  /** Forgets a log while it is appended to in another way. */
  forget(organizationId: OrganizationId): void;
  /** Forgets a log about which it was wrong, and guesses nothing of it for a second. */
  distrust(organizationId: OrganizationId): void;
}

/** Remembers nothing yet. */
export function openKnownLogs(now: () => number = () => performance.now()): KnownLogs {
  const known = new Map<OrganizationId, Remembered>();
  const distrusted = new Recently<OrganizationId>(DISTRUST_MS, MOST_KNOWN);
  return {
    get: (organizationId) => {
      const found = known.get(organizationId);
      return found && found.untilMs > now() ? found.log : undefined;
    },
    learn: (organizationId, log) => {
      if (distrusted.has(organizationId, now())) return;
      distrusted.delete(organizationId);
      if (known.size >= MOST_KNOWN) known.clear();
      known.set(organizationId, { log, untilMs: now() + REMEMBERED_MS });
    },
    forget: (organizationId) => void known.delete(organizationId),
    distrust: (organizationId) => {
      known.delete(organizationId);
      distrusted.add(organizationId, now());
    },
  };
}
