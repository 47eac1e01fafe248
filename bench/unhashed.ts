/** What `src/ledger/append.ts` takes from its neighbours, without bodies, commitments, leaves and tree. */
import { NO_CHANGES, SALT_BYTES } from '../src/ledger/entry-body.ts';
import { HASH_BYTES } from '../src/ledger/merkle.ts';

/** As ever. */
export { NO_CHANGES, SALT_BYTES };

const NO_HASH = new Uint8Array(HASH_BYTES);

const NO_SALT = new Uint8Array(SALT_BYTES);

/** No salts of parts. */
export const partSaltsOf = () => ({ actorSalt: NO_SALT, contentSalt: NO_SALT });

/** No commitment. */
export const actorCommitment = (): Uint8Array => NO_HASH;

/** No commitment. */
export const contentCommitment = (): Uint8Array => NO_HASH;

/** No body. */
export const entryBody = (): string => '';

/** No leaf. */
export const leafHash = (): Uint8Array => NO_HASH;

/** A head as large as the tree's, and nothing in it. */
export function appendLeaves(_frontier: Uint8Array, before: number, leaves: readonly Uint8Array[]) {
  const size = before + leaves.length;
  const treeCount = size.toString(2).replaceAll('0', '').length;
  return { frontier: new Uint8Array(HASH_BYTES * treeCount), size, root: NO_HASH };
}
