import type { Signer } from '../features/checkpoint/signer.ts';
import type { Session } from '../ledger/session.ts';
import { createLoaders, type Loaders } from './loaders.ts';

/** What every resolver gets: the session, the signer, and loaders that read each row once, in batches. */
export interface Context {
  readonly session: Session;
  readonly load: Loaders;
  /** Signs checkpoints. */
  readonly signer: Signer;
}

/** The context of one request. */
export const createContext = (session: Session, signer: Signer): Context => ({
  session,
  signer,
  load: createLoaders(session, signer),
});
