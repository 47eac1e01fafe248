import type { Config } from '../config.ts';
import { rotateKeys } from '../features/checkpoint/key-ring.ts';
import { type Clock, DAY_MS } from '../kernel/clock.ts';

/**
 * Makes a new signing key in the data folder, and says in words what was done.
 * @throws Error the keys come from the configuration
 */
export function runRotateKey(
  { dataDir, signingKeys }: Config,
  clock: Clock,
  overlapDays: number,
): string {
  if (signingKeys.length > 0) {
    throw new Error(
      'The keys come from AUDIT_SIGNING_KEYS: put the new seed first there, and later move the old public key to AUDIT_RETIRED_KEYS.',
    );
  }
  const now = clock();
  const retiresAt = new Date(now.getTime() + overlapDays * DAY_MS);
  rotateKeys(dataDir, now, retiresAt);
  return `A new key signs from the next start on; the one before it signs too, until ${retiresAt.toISOString()}. Hand out the new verifier key: see auditKeys.`;
}
