import type { OrganizationId } from '../../kernel/ids.ts';
import { checkpointsIn, type KeptCheckpoints } from './kept-checkpoints.ts';
import { configuredKeys, type KeyRing, keysIn } from './key-ring.ts';

/** What signing the checkpoints of all logs takes; one for a server. */
export interface Signer {
  readonly keys: KeyRing;
  readonly kept: KeptCheckpoints;
  /** The name of a log: `<host>/<organization id>`. */
  originOf(organizationId: OrganizationId): string;
  /** Runs `work` when whatever was given before for the same log has ended. */
  inTurn<T>(organizationId: OrganizationId, work: () => Promise<T>): Promise<T>;
}

/** Where a signer's keys and checkpoints are. */
export interface SignerOptions {
  readonly publicUrl: string;
  readonly dataDir: string;
  readonly checkpointDir: string;
  /** Seeds of 32 bytes, newest first; empty uses the keys in the data folder. */
  readonly signingKeys: readonly Uint8Array[];
  /** Public keys of 32 bytes that sign no more. */
  readonly retiredKeys: readonly Uint8Array[];
}

/** Opens the keys, making the first one where there is none. @throws Error they are damaged */
export function openSigner(options: SignerOptions): Signer {
  const { publicUrl, dataDir, checkpointDir, signingKeys, retiredKeys } = options;
  const { host } = new URL(publicUrl);
  const turns = new Map<OrganizationId, Promise<unknown>>();
  return {
    keys: signingKeys.length > 0 ? configuredKeys(signingKeys, retiredKeys) : keysIn(dataDir),
    kept: checkpointsIn(checkpointDir),
    originOf: (organizationId) => `${host}/${organizationId}`,
    inTurn(organizationId, work) {
      const next = (turns.get(organizationId) ?? Promise.resolve()).then(work, work);
      turns.set(organizationId, next);
      const forget = () => {
        if (turns.get(organizationId) === next) turns.delete(organizationId);
      };
      next.then(forget, forget);
      return next;
    },
  };
}
