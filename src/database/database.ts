import type { Prisma, PrismaClient } from '../generated/sqlite/client.ts';
import type { Batches } from './batch.ts';

/** A database inside a transaction: reads and writes. Only the ledger hands one out. */
export type Transaction = Prisma.TransactionClient;

type ReadMethod =
  | 'findUnique'
  | 'findUniqueOrThrow'
  | 'findFirst'
  | 'findFirstOrThrow'
  | 'findMany'
  | 'count'
  | 'aggregate'
  | 'groupBy';

type ModelName =
  | 'user'
  | 'organization'
  | 'membership'
  | 'apiKey'
  | 'tombstone'
  | 'ledger'
  | 'auditLog'
  | 'recordedKey'
  | 'prunedLeaf'
  | 'pendingRetention'
  | 'retentionRun'
  | 'legalHold'
  | 'team'
  | 'teamMember'
  | 'resource'
  | 'invitation'
  | 'invitationToken'
  | 'invitationMail'
  | 'ownershipOffer'
  | 'merkleTile'
  | 'auditCheckpoint'
  | 'derivation'
  | 'auditTally'
  | 'auditTallyDay'
  | 'auditScopeDay'
  | 'auditActorTally'
  | 'auditTotal'
  | 'auditGram';

/** The models with every writing method removed, on a connection that never writes. */
export type Reader = { readonly [M in ModelName]: Pick<PrismaClient[M], ReadMethod> };

export type Provider = 'sqlite' | 'postgresql';

/** One value bound to a statement. Instants are bound as milliseconds. */
export type SqlValue = string | number | bigint | Uint8Array | null;

/** How far a log has come. */
interface LogExtent {
  readonly ledgerId: number;
  readonly size: number;
  readonly prunedCount: number;
}

/** A copy of the database that follows it, may lag behind it, and may be away. */
export interface Replica {
  /**
   * Whether the copy has all that the primary said of a log: then it has whatever was committed
   * before, erasures too. False while it lags, is away, or takes over a second to say.
   */
  holds(log: LogExtent): Promise<boolean>;
  /** Runs a SELECT on the copy. */
  readonly select: Database['select'];
}

/**
 * The two doors of a database. What compiles against it runs on both providers:
 * the code is typed against the SQLite client, the narrower one.
 */
export interface Database {
  readonly provider: Provider;
  /** The reading door. */
  readonly read: Reader;
  /**
   * Runs a SELECT on the reading door, past Prisma: for the audit page's path.
   * `text` has `$1`, `$2` … on both databases and is prepared once per text.
   * Column values come as the driver gives them: integers as number or bigint, bytes as Uint8Array.
   */
  select<Row extends object>(text: string, values: readonly SqlValue[]): Promise<Row[]>;
  /** A copy that logs may be read from; null where there is none. */
  readonly replica: Replica | null;
  /**
   * Runs `work` in one transaction on the writing door; commits when it resolves, else rolls back.
   * Transient conflicts (busy, deadlock, serialization) run `work` again from the start.
   * @throws UnavailableError the database is busy or gone beyond the time-outs
   */
  write<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
  /** How the ledger's queue appends to many logs at once, past Prisma. */
  readonly batches: Batches;
  /**
   * Lets go of what is still held of rows as they were before: SQLite's write-ahead log, Postgres'
   * dead rows and statistics. False when that could not be done now.
   */
  scrub(): Promise<boolean>;
  /** Resolves when both doors answer, and Postgres takes changes. @throws UnavailableError otherwise */
  ping(): Promise<void>;
  close(): Promise<void>;
}
