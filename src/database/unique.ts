/** Whether `error` is the database refusing a duplicate: Prisma's P2002, the same on both databases. */
export const isDuplicate = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'P2002';
