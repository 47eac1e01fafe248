/**
 * Whether `error` is the database refusing a second row with the same value in `column`:
 * Prisma's P2002 (unique constraint failed), the same on both databases.
 */
export function isDuplicate(error: unknown, column: string): boolean {
  if (!(error instanceof Error) || !('code' in error) || error.code !== 'P2002') return false;
  return JSON.stringify('meta' in error ? error.meta : '').includes(column);
}
