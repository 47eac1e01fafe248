import type { Signer } from '../features/checkpoint/signer.ts';
import type { Session } from '../ledger/session.ts';
import { createLoaders, type Loaders } from './loaders.ts';

/** What the contexts of one server share. */
export interface ContextOptions {
  /** Signs checkpoints. */
  readonly signer: Signer;
  /** The most points that one operation may cost. */
  readonly costLimit: number;
}

/** What every resolver gets: the session, the signer, and loaders that read each row once, in batches. */
export interface Context extends ContextOptions {
  readonly session: Session;
  readonly load: Loaders;
}

/** The context of one request. */
export const createContext = (
  session: Session,
  { signer, costLimit }: ContextOptions,
): Context => ({ session, signer, costLimit, load: createLoaders(session, signer) });
