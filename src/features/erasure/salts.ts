import type { Session } from '../../ledger/session.ts';

interface KeyRow {
  readonly keyHash: Uint8Array;
  readonly sequence: number | bigint;
  readonly isDue: boolean | number;
}

const WINDOW_SIZE = 1_000;

/** A key is due when its entry was erased, now or by an erasure that was interrupted, or pruned. */
const KEYS = `SELECT k."keyHash", k."sequence",
  length(k."bodySalt") > 0 AND (e."sequence" IS NULL OR e."erased" IS NOT NULL) AS "isDue"
FROM "RecordedKey" k
LEFT JOIN "AuditLog" e ON e."ledgerId" = k."ledgerId" AND e."sequence" = k."sequence"
WHERE k."ledgerId" = $1 AND k."keyHash" > $2
ORDER BY k."keyHash" LIMIT ${WINDOW_SIZE}`;

/**
 * The hashes of a log's keys whose salts must go, since by a salt and a guess one could learn what
 * an erased entry said: those of the given sequences, and of all that was erased or pruned before.
 */
export async function* saltWindows(
  session: Session,
  ledgerId: number,
  sequences: ReadonlySet<number>,
): AsyncGenerator<Uint8Array[]> {
  let after: Uint8Array = new Uint8Array(0);
  for (;;) {
    const rows = await session.select<KeyRow>(KEYS, [ledgerId, after]);
    const due = rows.filter(({ isDue, sequence }) => isDue || sequences.has(Number(sequence)));
    if (due.length > 0) yield due.map(({ keyHash }) => keyHash);
    const last = rows.at(-1);
    if (rows.length < WINDOW_SIZE || !last) return;
    after = last.keyHash;
  }
}
