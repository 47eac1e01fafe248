import { ONLY_STORES_ITS_OWN } from './commitment-conditions.ts';
import {
  ERASABLE_PARTS,
  ERASED_VALUES,
  ONLY_ERASES_ENTRY,
  ONLY_ERASES_SALT,
  ONLY_GROWS,
  SEALED_PARTS,
} from './guard-conditions.ts';
import type { PostgresqlFunction } from './postgresql-function.ts';

/** Most entries, or salts of keys, that one statement erases. */
export const ERASED_AT_ONCE = 1_000;

const REFUSE_ALWAYS = `
BEGIN
  RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP;
END
`;

const refuseUnless = (condition: string): string => `
BEGIN
  IF (${condition}) IS NOT TRUE THEN
    RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP;
  END IF;
  RETURN NEW;
END
`;

/** What goes is stored as Postgres itself works it out. */
const ERASES_ENTRY_ALONE = `${ONLY_ERASES_ENTRY}
  AND ${ONLY_STORES_ITS_OWN}`;

const emptied = ERASABLE_PARTS.flatMap((part) =>
  Object.entries(ERASED_VALUES[part]).map(
    ([column, value]) =>
      `"${column}" = CASE WHEN '${part}' = ANY (parts) THEN ${value} ELSE "${column}" END`,
  ),
);

/** What is given takes the place of what goes, where nothing stands yet. */
const sealed = Object.entries(SEALED_PARTS).flatMap(([part, { salt, commitment }]) => [
  `"${salt}" = CASE WHEN '${part}' = ANY (parts) THEN NULL ELSE coalesce(entry."${salt}", given."${salt}") END`,
  `"${commitment}" = coalesce(entry."${commitment}", given."${commitment}")`,
]);

const eraseEntries = `
DECLARE
  erased_count bigint;
BEGIN
  IF cardinality(sequences) > ${ERASED_AT_ONCE} THEN
    RAISE EXCEPTION 'At most ${ERASED_AT_ONCE} entries are erased at a time';
  END IF;
  UPDATE "AuditLog" AS entry SET
    ${[...emptied, ...sealed].join(',\n    ')},
    "salt" = CASE WHEN parts && '{${Object.keys(SEALED_PARTS).join(',')}}' THEN NULL ELSE "salt" END,
    "erased" = (
      SELECT string_agg(word, ' ' ORDER BY place)
      FROM unnest('{${ERASABLE_PARTS.join(',')}}'::text[]) WITH ORDINALITY AS known(word, place)
      WHERE word = ANY (parts) OR word = ANY (string_to_array("erased", ' '))
    )
  FROM unnest(sequences, actor_salts, actor_commitments, content_salts, content_commitments)
    AS given("sequence", "actorSalt", "actorCommitment", "contentSalt", "contentCommitment")
  WHERE entry."ledgerId" = ledger AND entry."sequence" = ANY (sequences)
    AND entry."sequence" = given."sequence";
  GET DIAGNOSTICS erased_count = ROW_COUNT;
  RETURN erased_count;
END
`;

const eraseSalts = `
DECLARE
  erased_count bigint;
BEGIN
  IF cardinality(key_hashes) > ${ERASED_AT_ONCE} THEN
    RAISE EXCEPTION 'At most ${ERASED_AT_ONCE} salts are erased at a time';
  END IF;
  UPDATE "RecordedKey" SET "bodySalt" = ''
  WHERE "ledgerId" = ledger AND "keyHash" = ANY (key_hashes);
  GET DIAGNOSTICS erased_count = ROW_COUNT;
  RETURN erased_count;
END
`;

/** Parameters, their types, result and body of the Postgres functions of erasure. */
export const ERASURE_FUNCTIONS: readonly PostgresqlFunction[] = [
  ['refuse_change', '', '', 'trigger', REFUSE_ALWAYS],
  ['refuse_change_but_erasure', '', '', 'trigger', refuseUnless(ERASES_ENTRY_ALONE)],
  ['refuse_change_but_of_salt', '', '', 'trigger', refuseUnless(ONLY_ERASES_SALT)],
  ['refuse_change_but_growth', '', '', 'trigger', refuseUnless(ONLY_GROWS)],
  [
    'erase_entries',
    'ledger integer, sequences bigint[], parts text[], actor_salts bytea[], actor_commitments bytea[], content_salts bytea[], content_commitments bytea[]',
    'integer, bigint[], text[], bytea[], bytea[], bytea[], bytea[]',
    'bigint SECURITY DEFINER',
    eraseEntries,
  ],
  [
    'erase_salts',
    'ledger integer, key_hashes bytea[]',
    'integer, bytea[]',
    'bigint SECURITY DEFINER',
    eraseSalts,
  ],
];
