import type { Batches } from '../database/batch.ts';
import type { Database, Provider, Reader } from '../database/database.ts';
import type { Clock } from '../kernel/clock.ts';
import type { ApiKeyId, OrganizationId, UserId } from '../kernel/ids.ts';
import { LARGEST_PAGE_SIZE, type PageLimit } from '../kernel/paging.ts';
import type { Permission } from '../kernel/permission.ts';
import type { ProductScope } from '../kernel/vocabulary.ts';

/** A signed-in person. */
export interface UserActor {
  readonly type: 'USER';
  readonly id: UserId;
  readonly email: string;
  readonly name: string | null;
}

/** A product speaking through an API key. */
export interface KeyActor {
  readonly type: 'API_KEY';
  readonly id: ApiKeyId;
  readonly name: string;
  readonly organizationId: OrganizationId;
  readonly permissions: readonly Permission[];
  /** The scopes it may record; empty means every scope. */
  readonly scopes: readonly ProductScope[];
}

/** The server itself, or an operator at its command line. Holds every permission everywhere. */
export interface SystemActor {
  readonly type: 'SYSTEM';
  readonly id: null;
  readonly name: string;
}

export type Actor = UserActor | KeyActor | SystemActor;

/** Where a request came from; stored with the entries it causes. */
export interface Origin {
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly requestId: string | null;
}

/** Who is asking, and their view of the database. One per request. */
export interface Session extends PageLimit {
  readonly actor: Actor;
  readonly origin: Origin;
  /** What the X-Organization-Id header says, unchecked. */
  readonly headerOrganizationId: string | null;
  /** What the token's `org_id` claim says, unchecked. */
  readonly tokenOrganizationId: string | null;
  readonly clock: Clock;
  readonly provider: Provider;
  readonly read: Reader;
  readonly select: Database['select'];
  readonly replica: Database['replica'];
  readonly [WRITE]: Database['write'];
  readonly [SCRUB]: Database['scrub'];
  readonly [BATCH]: Batches;
}

/** Only files of `ledger/` use it, so that nothing writes around `change`; a test holds that. */
export const WRITE: unique symbol = Symbol('write');

/** The same for the queue of producers' events. */
export const BATCH: unique symbol = Symbol('batch');

/** The same for what follows an erasure. */
export const SCRUB: unique symbol = Symbol('scrub');

/** What a session knows beside its actor and database; nothing, for who comes by no request. */
type SessionContext = Pick<
  Session,
  'origin' | 'headerOrganizationId' | 'tokenOrganizationId' | 'largestPageSize'
>;

/** A session of `actor` on `database`. */
export const openSession = (
  database: Database,
  clock: Clock,
  actor: Actor,
  context: Partial<SessionContext> = {},
): Session => ({
  actor,
  origin: context.origin ?? { ip: null, userAgent: null, requestId: null },
  headerOrganizationId: context.headerOrganizationId ?? null,
  tokenOrganizationId: context.tokenOrganizationId ?? null,
  largestPageSize: context.largestPageSize ?? LARGEST_PAGE_SIZE,
  clock,
  provider: database.provider,
  read: database.read,
  select: database.select,
  replica: database.replica,
  [WRITE]: database.write,
  [SCRUB]: database.scrub,
  [BATCH]: database.batches,
});

/** A session of the server itself: jobs and the command line. */
export const openSystemSession = (database: Database, clock: Clock, name: string): Session =>
  openSession(database, clock, { type: 'SYSTEM', id: null, name });
