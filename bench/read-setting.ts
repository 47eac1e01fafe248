import process from 'node:process';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { migrate } from '../src/database/migrations.ts';
import { openDatabase } from '../src/database/open.ts';
import { fillReadData } from './read-data.ts';
import { startPostgres } from './record-postgres.ts';

/** What the reading benchmarks are told: `-- --rows 200000 --rounds 3 --seconds 2`. */
export function readingOptions(): { rows: number; rounds: number; seconds: number } {
  const { values } = parseArgs({
    options: {
      rows: { type: 'string', default: '1000000' },
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '4' },
    },
  });
  const { rows, rounds, seconds } = values;
  return { rows: Number(rows), rounds: Number(rounds), seconds: Number(seconds) };
}

/** A Postgres with the data set, its statistics taken; its largest organization has half the rows. */
export async function readingPostgres(rows: number) {
  const postgres = await startPostgres();
  const url = postgres.url('reading');
  await run(postgres.url('postgres'), 'CREATE DATABASE reading');
  await migrate(url);
  const database = await openDatabase(url);
  process.stdout.write(`Recording ${rows.toLocaleString('en')} entries …\n`);
  const { organizations } = await fillReadData(database, rows);
  const [largest] = organizations;
  if (!largest) throw new Error('The data set has no organization.');
  const ledger = await database.read.ledger.findUniqueOrThrow({
    where: { organizationId: largest },
  });
  await database.close();
  await run(url, 'VACUUM ANALYZE');
  return { url, largest, ledgerId: ledger.id, stop: postgres.stop };
}

async function run(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(statement);
  await client.end();
}
