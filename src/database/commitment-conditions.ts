/**
 * What Postgres itself makes of an entry's salt and values, to hold an erasure to it: the same as
 * `src/ledger/entry-seal.ts` and `entry-body.ts` make, which say what it is. SQLite has no SHA-256.
 */

/** `orgtrail salts of parts`, and a line feed. */
const PART_SALTS = `'\\x6f7267747261696c2073616c7473206f662070617274730a'::bytea`;
const SALT_BYTES = 16;
/** Where no salt is left to work one out from. */
const NO_COMMITMENT = `decode(repeat('00', 32), 'hex')`;

/** JSON escapes in Postgres what it does in JavaScript. */
const jsonOf = (column: string): string => `coalesce(to_json(OLD."${column}")::text, 'null')`;

const PARTS = [
  {
    salt: 'actorSalt',
    half: 1,
    commitment: 'actorCommitment',
    text: `'{"email":' || ${jsonOf('email')} || ',"ip":' || ${jsonOf('ip')} || ',"name":' || ${jsonOf('actorName')}
      || ',"requestId":' || ${jsonOf('requestId')} || ',"userAgent":' || ${jsonOf('userAgent')} || '}'`,
  },
  {
    salt: 'contentSalt',
    half: 2,
    commitment: 'contentCommitment',
    text: `'{"changes":' || OLD."changes" || ',"details":' || ${jsonOf('details')} || ',"metadata":' || OLD."metadata" || '}'`,
  },
];

/** True of an UPDATE that stores no salt and no commitment but those of the entry as it was. */
export const ONLY_STORES_ITS_OWN = PARTS.map(({ salt, half, commitment, text }) => {
  const made = `substring(sha256(${PART_SALTS} || OLD."salt") FROM ${(half - 1) * SALT_BYTES + 1} FOR ${SALT_BYTES})`;
  const own = `coalesce(OLD."${salt}", ${made})`;
  return `(NEW."${salt}" IS NULL OR NEW."${salt}" = ${own})
  AND (NEW."${commitment}" IS NOT DISTINCT FROM OLD."${commitment}"
    OR NEW."${commitment}" = CASE WHEN length(${own}) = ${SALT_BYTES}
      THEN sha256(${own} || convert_to(${text}, 'UTF8')) ELSE ${NO_COMMITMENT} END)`;
}).join('\n  AND ');
