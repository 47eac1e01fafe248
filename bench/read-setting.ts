import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import Sqlite from 'better-sqlite3';
import pg from 'pg';
import type { Provider } from '../src/database/database.ts';
import { migrate } from '../src/database/migrations.ts';
import { openDatabase } from '../src/database/open.ts';
import type { OrganizationId } from '../src/kernel/ids.ts';
import { fillReadData } from './read-data.ts';
import { startPostgres } from './record-postgres.ts';

/** What the reading benchmarks are told. */
export interface ReadingOptions {
  readonly rows: number;
  readonly rounds: number;
  readonly seconds: number;
  /** The folder in which the data set stays for the next run; null = it goes with this one. */
  readonly keep: string | null;
  /** The one kind of database to measure; null = both. */
  readonly only: Provider | null;
}

/**
 * `-- --rows 200000 --keep /tmp/data --only sqlite --rounds 3 --seconds 2`. Turns are short and many, so
 * that a machine that slows down for a minute does so for all who are compared.
 */
export function readingOptions(): ReadingOptions {
  const { values } = parseArgs({
    options: {
      rows: { type: 'string', default: '1000000' },
      rounds: { type: 'string', default: '15' },
      seconds: { type: 'string', default: '1' },
      keep: { type: 'string' },
      only: { type: 'string' },
    },
  });
  const { rows, rounds, seconds, keep = null, only } = values;
  return {
    ...{ rows: Number(rows), rounds: Number(rounds), seconds: Number(seconds), keep },
    only: only === 'sqlite' || only === 'postgresql' ? only : null,
  };
}

/** A database with the data set; its largest organization has half the rows. */
export interface ReadingSetting {
  readonly url: string;
  readonly largest: OrganizationId;
  readonly ledgerId: number;
  readonly stop: () => Promise<void>;
}

type Wanted = Pick<ReadingOptions, 'rows' | 'keep'>;

/** Measures on each kind of database that is wanted, one after the other. */
export async function onReadingDatabases(
  options: ReadingOptions,
  measure: (provider: Provider, setting: ReadingSetting) => Promise<void>,
): Promise<void> {
  for (const provider of ['postgresql', 'sqlite'] as const) {
    if (options.only && options.only !== provider) continue;
    const setting = await (provider === 'sqlite' ? readingSqlite : readingPostgres)(options);
    try {
      await measure(provider, setting);
    } finally {
      await setting.stop();
    }
  }
}

/** A Postgres with the data set, its statistics taken. What was kept is migrated, not filled again. */
export async function readingPostgres({ rows, keep }: Wanted): Promise<ReadingSetting> {
  const postgres = await startPostgres(keep ? path.join(keep, 'postgresql') : undefined);
  const name = `reading_${rows}`;
  const [url, owner] = [postgres.url(name), postgres.url('postgres')];
  if ((await ask(owner, `SELECT 1 FROM pg_database WHERE datname = '${name}'`)).length === 0) {
    // It takes its name when it is whole: a run that was broken off leaves nothing to measure.
    await ask(owner, 'DROP DATABASE IF EXISTS filling');
    await ask(owner, 'CREATE DATABASE filling');
    await filled(postgres.url('filling'), rows);
    await ask(owner, `ALTER DATABASE filling RENAME TO ${name}`);
  }
  await migrate(url);
  await ask(url, 'VACUUM ANALYZE');
  return { url, ...(await largestIn(url)), stop: postgres.stop };
}

/** A SQLite file with the data set. What was kept is migrated, not filled again. */
async function readingSqlite({ rows, keep }: Wanted): Promise<ReadingSetting> {
  const folder = keep ?? mkdtempSync(path.join(tmpdir(), 'orgtrail-bench-'));
  mkdirSync(folder, { recursive: true });
  const [file, filling] = [`reading-${rows}.db`, 'filling.db'].map((name) =>
    path.join(folder, name),
  ) as [string, string];
  if (!existsSync(file)) {
    for (const part of ['', '-wal', '-shm']) rmSync(`${filling}${part}`, { force: true });
    await filled(`file:${filling}`, rows);
    const connection = new Sqlite(filling);
    connection.pragma('wal_checkpoint(TRUNCATE)');
    connection.close();
    renameSync(filling, file);
  }
  const url = `file:${file}`;
  await migrate(url);
  const stop = async () => {
    if (!keep) rmSync(folder, { recursive: true, force: true });
  };
  return { url, ...(await largestIn(url)), stop };
}

async function filled(url: string, rows: number): Promise<void> {
  await migrate(url);
  process.stdout.write(`Recording ${rows.toLocaleString('en')} entries …\n`);
  const database = await openDatabase(url);
  try {
    await fillReadData(database, rows);
  } finally {
    await database.close();
  }
}

async function largestIn(url: string): Promise<Pick<ReadingSetting, 'largest' | 'ledgerId'>> {
  const database = await openDatabase(url);
  try {
    const { id, organizationId } = await database.read.ledger.findFirstOrThrow({
      orderBy: { size: 'desc' },
    });
    return { largest: organizationId as OrganizationId, ledgerId: id };
  } finally {
    await database.close();
  }
}

async function ask(url: string, statement: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}
