import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EntryErasure } from '../../database/erase.ts';
import type { Session } from '../../ledger/session.ts';
import { NAMING_COLUMNS, type NamingRow, partsFinder } from './named-parts.ts';

/** Of whom entries are looked for: their address, normalised, and the ids of their accounts. */
export interface Subject {
  readonly email: string;
  readonly userIds: readonly string[];
}

/** What a window of a log says of a person. */
export interface NamingWindow {
  readonly entries: readonly EntryErasure[];
  /** Accounts of the person that the window tells of, whether or not it still names them. */
  readonly seenUserIds: readonly string[];
}

/** Sequences looked at by one statement: few enough that others get their turn soon. */
const WINDOW_SIZE = 500;

/** What entries say of a person. */
export function namingsOf({
  email,
  userIds,
}: Subject): (rows: readonly NamingRow[]) => NamingWindow {
  const partsOf = partsFinder(email);
  return (rows) => ({
    entries: rows
      .map((row) => ({ sequence: Number(row.sequence), parts: partsOf(row) }))
      .filter(({ parts }) => parts.length > 0),
    seenUserIds: userIds.filter((id) =>
      rows.some(({ actorId, resourceUID }) => actorId === id || resourceUID === id),
    ),
  });
}

/** Which part of a log: after a sequence, up to another. */
export interface Range {
  readonly ledgerId: number;
  readonly after: number;
  readonly upTo: number;
}

/** Goes through a part of a log on the reading door, window by window, and tells what names a person. */
export async function* namingWindows(
  session: Session,
  { ledgerId, after, upTo }: Range,
  subject: Subject,
): AsyncGenerator<NamingWindow> {
  const read = namingsOf(subject);
  for (let from = after; from < upTo; from += WINDOW_SIZE) {
    const rows = await session.select<NamingRow>(
      `SELECT ${NAMING_COLUMNS} FROM "AuditLog"
      WHERE "ledgerId" = $1 AND "sequence" > $2 AND "sequence" <= $3 ORDER BY "sequence"`,
      [ledgerId, from, Math.min(from + WINDOW_SIZE, upTo)],
    );
    yield read(rows);
    await nextTurn();
  }
}
