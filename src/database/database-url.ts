import type { Provider } from './database.ts';

/** Which database a URL names. @throws Error it names neither */
export function providerOf(url: string): Provider {
  if (url.startsWith('file:')) return 'sqlite';
  if (/^postgres(ql)?:\/\//.test(url)) return 'postgresql';
  throw new Error('A database URL starts with file: (SQLite) or postgres:// (Postgres).');
}

/** The path in a `file:` URL. @throws Error it names no file of its own */
export function sqliteFile(url: string): string {
  const file = url.replace(/^file:(\/\/(?=\/))?/, '');
  if (file === '' || file.includes(':memory:') || file.includes('?')) {
    throw new Error(`${url} is not a file: SQLite needs one, such as file:./data/orgtrail.db.`);
  }
  return file;
}

export interface PostgresqlTarget {
  /** The URL without what only Prisma understands. */
  readonly connectionString: string;
  /** Where the tables stand; `?schema=` in the URL, else `public`. */
  readonly schema: string;
  /** The server settings in the URL's `options`, if any. */
  readonly settings: string;
}

/** Takes a Postgres URL apart. @throws Error its schema is not a plain name */
export function postgresqlTarget(url: string): PostgresqlTarget {
  const parsed = new URL(url);
  const schema = parsed.searchParams.get('schema') ?? 'public';
  if (!/^[a-z_][a-z0-9_]*$/.test(schema)) {
    throw new Error('The schema in a Postgres URL is a plain lower-case name.');
  }
  const settings = parsed.searchParams.get('options') ?? '';
  parsed.searchParams.delete('schema');
  parsed.searchParams.delete('options');
  return { connectionString: parsed.href, schema, settings };
}
