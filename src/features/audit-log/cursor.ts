/** A place in a log's order: the instant an entry tells of, and its sequence. */
export interface AuditLogCursor {
  readonly createdAtMs: number;
  readonly sequence: number;
}

const CURSOR = /^(-?\d{1,16})\.(\d{1,16})$/;

/** The opaque text of a place; the same for both orders. */
export const encodeCursor = ({ createdAtMs, sequence }: AuditLogCursor): string =>
  Buffer.from(`${createdAtMs}.${sequence}`).toString('base64url');

/** The place in a cursor's text; null when it is not one of ours. */
export function decodeCursor(text: string): AuditLogCursor | null {
  if (!/^[A-Za-z0-9_-]{4,60}$/.test(text)) return null;
  const [, createdAtMs, sequence] = CURSOR.exec(Buffer.from(text, 'base64url').toString()) ?? [];
  if (createdAtMs === undefined || sequence === undefined) return null;
  const cursor = { createdAtMs: Number(createdAtMs), sequence: Number(sequence) };
  return encodeCursor(cursor) === text ? cursor : null;
}
