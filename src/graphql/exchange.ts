import type { GraphQLParams, YogaInitialContext } from 'graphql-yoga';
import type { Exchange } from '../http/exchange.ts';
import type { Session } from '../ledger/session.ts';

/** What the HTTP shell hands to GraphQL with each request, under these names. */
export interface ServerContext {
  readonly exchange: Exchange;
  readonly session: Session;
  /** What the request asks; rejects when it cannot be read. */
  readonly asked: Promise<GraphQLParams>;
  /** What ended its execution before Yoga was asked. */
  readonly failure?: unknown;
}

/** What plugins find in the context before and during execution. */
export type PluginContext = YogaInitialContext & ServerContext;
