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
export interface Context {
  readonly session: Session;
  readonly signer: Signer;
  readonly load: Loaders;
  /** The most points that the operation may cost; null = it was held to it before. */
  readonly costLimit: number | null;
}

/** The context of one request. */
export const createContext = (
  session: Session,
  { signer, costLimit }: Pick<Context, 'signer' | 'costLimit'>,
): Context => ({ session, signer, costLimit, load: createLoaders(session, signer) });
