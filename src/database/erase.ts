import type { Provider, Transaction } from './database.ts';
import { ERASED_AT_ONCE } from './erasure-functions.ts';
import {
  ERASABLE_PARTS,
  ERASED_VALUES,
  type ErasablePart,
  isSealed,
  namesPart,
  SEALED_PARTS,
} from './guard-conditions.ts';

/** What to empty of one entry. */
export interface EntryErasure {
  readonly sequence: number;
  readonly parts: readonly ErasablePart[];
}

/** The same with what is stored in the place of what goes, where it is not stored yet. */
export interface SealedErasure extends EntryErasure {
  /** Of a part that stays and whose salt was worked out; null where the actor goes, or went. */
  readonly actorSalt: Uint8Array | null;
  /** Of a part that goes, or went. */
  readonly actorCommitment: Uint8Array | null;
  readonly contentSalt: Uint8Array | null;
  readonly contentCommitment: Uint8Array | null;
}

const GIVEN = ['actorSalt', 'actorCommitment', 'contentSalt', 'contentCommitment'] as const;

/**
 * Empties parts of entries, in statements of at most 1,000 entries each. On Postgres by a function
 * with rights of its own, since the server's role may update no entry.
 */
export async function eraseEntries(
  transaction: Transaction,
  provider: Provider,
  ledgerId: number,
  erasures: readonly SealedErasure[],
): Promise<void> {
  const alike = Map.groupBy(erasures, ({ parts }) =>
    ERASABLE_PARTS.filter((part) => parts.includes(part)).join(','),
  );
  for (const [key, group] of alike) {
    const parts = key.split(',') as ErasablePart[];
    for (let from = 0; from < group.length; from += ERASED_AT_ONCE) {
      const some = group.slice(from, from + ERASED_AT_ONCE);
      if (provider === 'sqlite') {
        const given = JSON.stringify(
          some.map((one) => [ledgerId, one.sequence, ...GIVEN.map((name) => hexOf(one[name]))]),
        );
        await transaction.$executeRawUnsafe(erasureOnSqlite(parts), given);
      } else {
        const sequences = `{${some.map(({ sequence }) => sequence).join(',')}}`;
        const given = GIVEN.map((column) => byteaArray(some.map((one) => hexOf(one[column]))));
        await transaction.$queryRawUnsafe(
          `SELECT erase_entries($1::int4, $2::text::int8[], $3::text::text[],
            $4::text::bytea[], $5::text::bytea[], $6::text::bytea[], $7::text::bytea[])`,
          ...[ledgerId, sequences, `{${key}}`, ...given],
        );
      }
    }
  }
}

const hexOf = (bytes: Uint8Array | null): string | null =>
  bytes && Buffer.from(bytes).toString('hex');

/** An array of bytes as Postgres reads it from text. */
const byteaArray = (hexes: readonly (string | null)[]): string =>
  `{${hexes.map((hex) => (hex === null ? 'NULL' : `"\\\\x${hex}"`)).join(',')}}`;

/** The log's id with each: were it bound once, SQLite would go through the whole log for each of them. */
const given = ['"value" ->> 0 AS "ledgerId"', '"value" ->> 1 AS "sequence"'].concat(
  GIVEN.map((column, index) => `unhex("value" ->> ${index + 2}) AS "${column}"`),
);

/** What empties parts on SQLite, given entries as JSON: one text for each set of parts, of which there are few. */
export function erasureOnSqlite(parts: readonly ErasablePart[]): string {
  const emptied = parts.flatMap((part) =>
    Object.entries(ERASED_VALUES[part]).map(([column, value]) => `"${column}" = ${value}`),
  );
  const sealed = Object.entries(SEALED_PARTS).flatMap(([part, { salt, commitment }]) => [
    parts.includes(part as ErasablePart) ? `"${salt}" = NULL` : filled(salt),
    filled(commitment),
  ]);
  if (parts.some(isSealed)) sealed.push('"salt" = NULL');
  const words = ERASABLE_PARTS.map((part) =>
    parts.includes(part)
      ? `' ${part}'`
      : `CASE WHEN ${namesPart('"erased"', part)} THEN ' ${part}' ELSE '' END`,
  );
  return `UPDATE "AuditLog" SET ${[...emptied, ...sealed].join(', ')}, "erased" = ltrim(${words.join(' || ')})
FROM (SELECT ${given.join(', ')} FROM json_each(?)) AS given
WHERE "AuditLog"."ledgerId" = given."ledgerId" AND "AuditLog"."sequence" = given."sequence"`;
}

const filled = (column: string): string =>
  `"${column}" = coalesce("AuditLog"."${column}", given."${column}")`;

/** Takes the salts of keys, at most 1,000 a statement, so that no guess of what they stood for can be tested. */
export async function eraseSalts(
  transaction: Transaction,
  provider: Provider,
  ledgerId: number,
  keyHashes: readonly Uint8Array[],
): Promise<void> {
  for (let from = 0; from < keyHashes.length; from += ERASED_AT_ONCE) {
    const hashes = keyHashes
      .slice(from, from + ERASED_AT_ONCE)
      .map((hash) => Buffer.from(hash).toString('hex'));
    if (provider === 'sqlite') {
      await transaction.$executeRawUnsafe(
        `UPDATE "RecordedKey" SET "bodySalt" = x''
        WHERE "ledgerId" = ? AND "keyHash" IN (SELECT unhex("value") FROM json_each(?))`,
        ...[ledgerId, JSON.stringify(hashes)],
      );
    } else {
      await transaction.$queryRawUnsafe(
        'SELECT erase_salts($1::int4, $2::text::bytea[])',
        ...[ledgerId, byteaArray(hashes)],
      );
    }
  }
}
