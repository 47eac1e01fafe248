/** An instant as Prisma keeps it: text on SQLite, and in what Postgres makes JSON of, there without a zone. */
export type StoredInstant = Date | string | null;

/** The instant in a column; null where there is none. */
export const instantOf = (value: StoredInstant | undefined): Date | null =>
  typeof value === 'string' ? new Date(value.replace(ZONELESS, '$&Z')) : (value ?? null);

const ZONELESS = /T[\d:.]+$/;
