import { HASH_BYTES, SALT_BYTES, SEALED_PARTS } from './guard-conditions.ts';

/**
 * What Postgres itself makes of an entry's salt and values, to hold an erasure to it: the same as
 * `src/ledger/entry-seal.ts` and `entry-body.ts` make, which say what it is. SQLite has no SHA-256.
 */

const PART_SALTS = `'\\x${Buffer.from('orgtrail salts of parts\n').toString('hex')}'::bytea`;
/** Where no salt is left to work one out from. */
const NO_COMMITMENT = `decode(repeat('00', ${HASH_BYTES}), 'hex')`;

/** JSON escapes in Postgres what it does in JavaScript. */
const jsonOf = (column: string): string => `coalesce(to_json(OLD."${column}")::text, 'null')`;

/** Each part, in the order of the halves, with the text that is hashed of it. */
const PARTS = [
  {
    ...SEALED_PARTS.ACTOR,
    text: `'{"email":' || ${jsonOf('email')} || ',"ip":' || ${jsonOf('ip')} || ',"name":' || ${jsonOf('actorName')}
      || ',"requestId":' || ${jsonOf('requestId')} || ',"userAgent":' || ${jsonOf('userAgent')} || '}'`,
  },
  {
    ...SEALED_PARTS.CONTENT,
    text: `'{"changes":' || coalesce(OLD."changes", '[]') || ',"details":' || ${jsonOf('details')} || ',"metadata":' || OLD."metadata" || '}'`,
  },
];

/** True of an UPDATE that stores no salt and no commitment but those of the entry as it was. */
export const ONLY_STORES_ITS_OWN = PARTS.map(({ salt, commitment, text }, half) => {
  const made = `substring(sha256(${PART_SALTS} || OLD."salt") FROM ${half * SALT_BYTES + 1} FOR ${SALT_BYTES})`;
  const own = `coalesce(OLD."${salt}", ${made})`;
  return `(NEW."${salt}" IS NULL OR NEW."${salt}" = ${own})
  AND (NEW."${commitment}" IS NOT DISTINCT FROM OLD."${commitment}"
    OR NEW."${commitment}" = CASE WHEN length(${own}) = ${SALT_BYTES}
      THEN sha256(${own} || convert_to(${text}, 'UTF8')) ELSE ${NO_COMMITMENT} END)`;
}).join('\n  AND ');
