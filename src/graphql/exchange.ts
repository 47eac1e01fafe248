import type { YogaInitialContext } from 'graphql-yoga';
import type { Exchange } from '../http/exchange.ts';
import type { Session } from '../ledger/session.ts';

/** What the HTTP shell hands to GraphQL with each request, under these names. */
export interface ServerContext {
  readonly exchange: Exchange;
  readonly session: Session;
}

/** What plugins find in the context before and during execution. */
export type PluginContext = YogaInitialContext & ServerContext;
