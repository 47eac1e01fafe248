import type { AuditLog, Ledger, RecordedKey } from '../generated/sqlite/client.ts';

/** A row as a driver gives it: 8-byte integers as number or bigint. */
export type Driven<Row> = {
  readonly [Column in keyof Row]: Row[Column] extends bigint ? number | bigint : Row[Column];
};

/** Somebody who asks to write in an organization. */
export interface Asking {
  readonly actorId: string;
  readonly organizationId: string;
}

/** What a person's membership or a key says of them in an organization; absent when there is none. */
export interface StandingRow extends Asking {
  /** Null for a key. */
  readonly role: string | null;
  readonly purgeAt: Date | null;
  readonly membersMayReadAuditLog: boolean;
  /** Null for a person. */
  readonly revokedAt: Date | null;
  /** Null for a person. */
  readonly expiresAt: Date | null;
}

/** What a batch writes: entries, the keys they were told under, and the heads that count them. */
export interface BatchRows {
  readonly entries: readonly AuditLog[];
  readonly keys: readonly RecordedKey[];
  readonly heads: readonly RaisedHead[];
}

/** A head with its log grown, and the size and root from which it grew. */
export interface RaisedHead extends Ledger {
  readonly sizeBefore: number;
  readonly rootBefore: Uint8Array;
}

/** Ways to append to many logs at once; the second takes one journey, and is for whoever knows the heads. */
export interface Batches {
  /**
   * Runs `work` in one transaction, stores the rows it returns and commits: one at a time in a
   * process, in as few statements as the database allows. Transient conflicts run `work` again.
   * @throws UnavailableError the database is busy or gone beyond the time-outs
   */
  run<T>(work: (batch: Batch) => Promise<BatchOutcome<T>>): Promise<T>;
  /**
   * Stores all the rows in one transaction if every head still has the size and root from which it
   * grows; else none of them, and false. The parts are asked for in turn, each while those before it
   * are stored; ask for nothing else until the last one was asked for. What is asked for in turn takes
   * effect in turn, so that rows may build on others that are still on their way.
   * @throws UnavailableError the database is gone: nobody knows whether the rows were stored
   */
  storeIfUnchanged(parts: readonly (() => BatchRows)[]): Promise<boolean>;
}

/**
 * What a transaction that appends to many logs at once may ask, past Prisma. Questions asked
 * together travel together, and are answered in the order in which they were asked.
 */
export interface Batch {
  /** Holds the heads of these logs until the batch ends, taken in the order of their ids. */
  takeHeads(organizationIds: readonly string[]): Promise<Driven<Ledger>[]>;
  /** Who asks, as the database says now: ask it after the heads. */
  standings(asking: readonly Asking[]): Promise<StandingRow[]>;
  /** Those of the keys that their logs have seen: ask it after the heads. */
  knownKeys(keys: readonly AskedKey[]): Promise<Driven<RecordedKey>[]>;
  /** The entries at these places; those that are not kept are missing. */
  entriesAt(
    places: readonly { readonly ledgerId: number; readonly sequence: number | bigint }[],
  ): Promise<Driven<AuditLog>[]>;
}

/** A key by the hash that is kept of it, in the log of an organization. */
export interface AskedKey {
  readonly organizationId: string;
  readonly keyHash: Uint8Array<ArrayBuffer>;
}

/** What a batch comes to: rows to store, all of them or none, and what to hand back after. */
export interface BatchOutcome<T> {
  readonly store: BatchRows;
  readonly result: T;
}

/** What recording leaves null: the id of entries from before, and what erasure alone sets. */
type LeftNull = 'id' | 'erased' | `${'actor' | 'content'}${'Salt' | 'Commitment'}`;

/** Every column of a new entry and its Postgres type: one that is missing does not compile. */
export const ENTRY_COLUMNS = {
  ledgerId: 'int4',
  sequence: 'int8',
  scope: 'text',
  action: 'text',
  outcome: 'text',
  origin: 'text',
  resourceType: 'text',
  resourceUID: 'text',
  actorType: 'text',
  actorId: 'text',
  correlationId: 'text',
  createdAtMs: 'int8',
  recordedAtMs: 'int8',
  salt: 'bytea',
  email: 'text',
  actorName: 'text',
  ip: 'text',
  userAgent: 'text',
  requestId: 'text',
  details: 'text',
  changes: 'text',
  metadata: 'text',
  leafHash: 'bytea',
} as const satisfies Record<Exclude<keyof AuditLog, LeftNull>, string>;

/** Every column of a recorded key. */
export const KEY_COLUMNS = {
  ledgerId: 'int4',
  keyHash: 'bytea',
  sequence: 'int8',
  bodySalt: 'bytea',
  bodyHash: 'bytea',
} as const satisfies Record<keyof RecordedKey, string>;

/** The columns of a head that grow with its log, the one that names it, and what it must be before. */
export const HEAD_COLUMNS = {
  id: 'int4',
  sizeBefore: 'int8',
  rootBefore: 'bytea',
  size: 'int8',
  frontier: 'bytea',
  root: 'bytea',
  lastRecordedAtMs: 'int8',
} as const satisfies Partial<Record<keyof RaisedHead, string>>;

/** Names of columns as SQL, comma-separated. */
export const columnList = (columns: object, prefix = ''): string =>
  Object.keys(columns)
    .map((name) => `${prefix}"${name}"`)
    .join(', ');
