import {
  ERASABLE_PARTS,
  ERASED_VALUES,
  ONLY_ERASES_ENTRY,
  ONLY_ERASES_SALT,
  ONLY_GROWS,
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

const emptied = ERASABLE_PARTS.flatMap((part) =>
  Object.entries(ERASED_VALUES[part]).map(
    ([column, value]) =>
      `"${column}" = CASE WHEN '${part}' = ANY (parts) THEN ${value} ELSE "${column}" END`,
  ),
);

const eraseEntries = `
DECLARE
  erased_count bigint;
BEGIN
  IF cardinality(sequences) > ${ERASED_AT_ONCE} THEN
    RAISE EXCEPTION 'At most ${ERASED_AT_ONCE} entries are erased at a time';
  END IF;
  UPDATE "AuditLog" SET
    ${emptied.join(',\n    ')},
    "erased" = (
      SELECT string_agg(word, ' ' ORDER BY place)
      FROM unnest('{${ERASABLE_PARTS.join(',')}}'::text[]) WITH ORDINALITY AS known(word, place)
      WHERE word = ANY (parts) OR word = ANY (string_to_array("erased", ' '))
    )
  WHERE "ledgerId" = ledger AND "sequence" = ANY (sequences);
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
  ['refuse_change_but_erasure', '', '', 'trigger', refuseUnless(ONLY_ERASES_ENTRY)],
  ['refuse_change_but_of_salt', '', '', 'trigger', refuseUnless(ONLY_ERASES_SALT)],
  ['refuse_change_but_growth', '', '', 'trigger', refuseUnless(ONLY_GROWS)],
  [
    'erase_entries',
    'ledger integer, sequences bigint[], parts text[]',
    'integer, bigint[], text[]',
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
