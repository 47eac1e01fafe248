import type { Exchange } from '../http/exchange.ts';
import type { Session } from '../ledger/session.ts';

/** The session of whoever sent a request. @throws UnauthenticatedError */
export type SignIn = (exchange: Exchange) => Promise<Session>;
