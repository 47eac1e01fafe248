/** How a database is opened; every field may be left out. */
export interface OpenOptions {
  /** Told the text of every statement on the reading door. */
  readonly onQuery?: (text: string) => void;
  /** A Postgres replica that logs are read from where it has all of them. */
  readonly replicaUrl?: string;
  /** Told when the replica no longer answers, and when it does again. */
  readonly onReplica?: (isThere: boolean) => void;
  /** Connections per door on Postgres; 10 by default. */
  readonly poolSize?: number;
  /** How long Postgres lets one statement of the reading door run; 10 seconds by default. */
  readonly readTimeoutMs?: number;
  /** Opens a Postgres that may lose acknowledged commits when its machine dies. */
  readonly unsafeDurability?: boolean;
}

/** How long a change may wait for its turn, and then run. */
export const TRANSACTION_OPTIONS = { maxWait: 10_000, timeout: 15_000 };
