/** A place in a log's order, and the snapshot that its page belongs to. */
export interface AuditLogCursor {
  /** The instant an entry tells of. */
  readonly createdAtMs: number;
  readonly sequence: number;
  /** The last sequence of the snapshot; null in cursors from before there were snapshots. */
  readonly asOf: number | null;
}

const CURSOR = /^(-?\d{1,16})\.(\d{1,16})(?:\.(\d{1,16}))?$/;

/** The opaque text of a place; the same for both orders. */
export const encodeCursor = ({ createdAtMs, sequence, asOf }: AuditLogCursor): string =>
  Buffer.from(`${createdAtMs}.${sequence}${asOf === null ? '' : `.${asOf}`}`).toString('base64url');

/** The place in a cursor's text; null when it is not one of ours. */
export function decodeCursor(text: string): AuditLogCursor | null {
  if (!/^[A-Za-z0-9_-]{4,80}$/.test(text)) return null;
  const [, createdAtMs, sequence, asOf] =
    CURSOR.exec(Buffer.from(text, 'base64url').toString()) ?? [];
  if (createdAtMs === undefined || sequence === undefined) return null;
  const cursor = {
    createdAtMs: Number(createdAtMs),
    sequence: Number(sequence),
    asOf: asOf === undefined ? null : Number(asOf),
  };
  return encodeCursor(cursor) === text ? cursor : null;
}
