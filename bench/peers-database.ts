import { cpSync, rmSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import pg from 'pg';

/** The indexes that pages written by hand want; the product's own serve other statements. */
const INDEXES = [
  '("ledgerId", "action", "createdAtMs", "sequence")',
  '("ledgerId", "email", "createdAtMs", "sequence")',
  '("ledgerId", "scope", "createdAtMs", "sequence")',
];

/**
 * Another database with the same data, for the peers alone, with indexes that suit their statements:
 * each is measured at its best, and none is in the way of another's plans. Nobody may be using `url`.
 */
export async function peersDatabase(url: string): Promise<string> {
  if (url.startsWith('file:')) return peersFile(url.slice('file:'.length));
  const name = new URL(url).pathname.slice(1);
  const copy = `${name}_peers`;
  await run(at(url, 'postgres'), [
    `DROP DATABASE IF EXISTS "${copy}"`,
    `CREATE DATABASE "${copy}" TEMPLATE "${name}"`,
  ]);
  const own = at(url, copy);
  await run(own, [
    ...INDEXES.map((columns) => `CREATE INDEX ON "AuditLog" ${columns}`),
    'VACUUM ANALYZE',
  ]);
  return own;
}

function peersFile(file: string): string {
  const copy = `${file}.peers`;
  for (const part of ['', '-wal', '-shm']) rmSync(`${copy}${part}`, { force: true });
  cpSync(file, copy);
  const connection = new Sqlite(copy);
  for (const [at, columns] of INDEXES.entries()) {
    connection.exec(`CREATE INDEX "peers_${at}" ON "AuditLog" ${columns}`);
  }
  connection.exec('ANALYZE');
  connection.close();
  return `file:${copy}`;
}

function at(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}

async function run(url: string, statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
