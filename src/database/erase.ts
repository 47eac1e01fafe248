import type { Provider, Transaction } from './database.ts';
import { ERASED_AT_ONCE } from './erasure-functions.ts';
import { ERASABLE_PARTS, ERASED_VALUES, type ErasablePart, namesPart } from './guard-conditions.ts';

/** What to empty of one entry. */
export interface EntryErasure {
  readonly sequence: number;
  readonly parts: readonly ErasablePart[];
}

/**
 * Empties parts of entries, in statements of at most 1,000 entries each. On Postgres by a function
 * with rights of its own, since the server's role may update no entry.
 */
export async function eraseEntries(
  transaction: Transaction,
  provider: Provider,
  ledgerId: number,
  erasures: readonly EntryErasure[],
): Promise<void> {
  const alike = Map.groupBy(erasures, ({ parts }) =>
    ERASABLE_PARTS.filter((part) => parts.includes(part)).join(','),
  );
  for (const [key, group] of alike) {
    const parts = key.split(',') as ErasablePart[];
    for (let from = 0; from < group.length; from += ERASED_AT_ONCE) {
      const sequences = group.slice(from, from + ERASED_AT_ONCE).map(({ sequence }) => sequence);
      if (provider === 'sqlite') {
        const places = JSON.stringify(sequences);
        await transaction.$executeRawUnsafe(updateOf(parts), ledgerId, places);
      } else {
        await transaction.$queryRawUnsafe(
          'SELECT erase_entries($1::int4, $2::text::int8[], $3::text::text[])',
          ...[ledgerId, `{${sequences.join(',')}}`, `{${key}}`],
        );
      }
    }
  }
}

/** One text for each set of parts, of which there are few. */
function updateOf(parts: readonly ErasablePart[]): string {
  const emptied = parts.flatMap((part) =>
    Object.entries(ERASED_VALUES[part]).map(([column, value]) => `"${column}" = ${value}`),
  );
  const words = ERASABLE_PARTS.map((part) =>
    parts.includes(part)
      ? `' ${part}'`
      : `CASE WHEN ${namesPart('"erased"', part)} THEN ' ${part}' ELSE '' END`,
  );
  return `UPDATE "AuditLog" SET ${emptied.join(', ')}, "erased" = ltrim(${words.join(' || ')})
WHERE "ledgerId" = ? AND "sequence" IN (SELECT "value" FROM json_each(?))`;
}

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
      const array = `{${hashes.map((hash) => `"\\\\x${hash}"`).join(',')}}`;
      await transaction.$queryRawUnsafe(
        'SELECT erase_salts($1::int4, $2::text::bytea[])',
        ...[ledgerId, array],
      );
    }
  }
}
