/**
 * What recording costs, as ratios within one run: `npm run bench:record`, or one part of it by name:
 * `npm run bench:record -- single`, `processes` or `stream`. Read ratios, not absolute numbers.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import pg from 'pg';
import { migrate } from '../src/database/migrations.ts';
import { startPostgres } from './record-postgres.ts';
import { measureProcesses } from './record-processes.ts';
import { median } from './record-setting.ts';
import { measureSingles, ratio } from './record-single.ts';
import { measureStream } from './record-stream.ts';

const part = process.argv[2];
const wanted = (name: string): boolean => part === undefined || part === name;
const postgres = await startPostgres();
try {
  if (wanted('single')) await single();
  if (wanted('processes')) await processes();
  if (wanted('stream')) await stream();
} finally {
  await postgres.stop();
}

async function freshPostgres(name: string): Promise<string> {
  const owner = new pg.Client({ connectionString: postgres.url('postgres') });
  await owner.connect();
  await owner.query(`CREATE DATABASE ${name}`);
  await owner.end();
  await migrate(postgres.url(name));
  return postgres.url(name);
}

async function single(): Promise<void> {
  const figures = await measureSingles(await freshPostgres('single'));
  const { plain, oneOrganization, hundredOrganizations, unnest, bulk } = figures;
  say('Postgres, 64 callers, one event a call, in process', [
    ['plain single INSERTs, node-postgres', whole(median(plain)), ''],
    ['recorded in one organization', whole(median(oneOrganization)), times(oneOrganization, plain)],
    [
      'recorded over 100 organizations',
      whole(median(hundredOrganizations)),
      times(hundredOrganizations, plain),
    ],
  ]);
  say('Postgres, 1,000 events a call', [
    ['unnest without sequence and tree', whole(median(unnest)), ''],
    ['recorded', whole(median(bulk)), times(bulk, unnest)],
  ]);
}

async function processes(): Promise<void> {
  const { one, two, gapCount } = await measureProcesses(await freshPostgres('processes'));
  say('Postgres, 64 callers a process, ten organizations', [
    ['one process', whole(one), ''],
    ['two processes together', whole(two), `${(two / one).toFixed(2)} times`],
    ['logs with a gap or a duplicate', String(gapCount), ''],
  ]);
}

async function stream(): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'orgtrail-bench-'));
  const file = `file:${path.join(folder, 'stream.db')}`;
  await migrate(file);
  const places = [
    ['SQLite', file],
    ['Postgres', await freshPostgres('stream')],
  ] as const;
  for (const [name, url] of places) {
    const { eventsPerSecond, grownMebibytes } = await measureStream(url);
    say(`${name}, NDJSON of 100,000 events over HTTP, the server in its own process`, [
      ['recorded', whole(eventsPerSecond), 'a second'],
      ['memory grew by', grownMebibytes.toFixed(0), 'MiB after a warm-up of 20,000'],
    ]);
  }
  rmSync(folder, { recursive: true, force: true });
}

function times(of: readonly number[], to: readonly number[]): string {
  return `${ratio(of, to).toFixed(2)} times`;
}

function whole(rate: number): string {
  return Math.round(rate).toLocaleString('en');
}

function say(title: string, rows: readonly (readonly [string, string, string])[]): void {
  const lines = rows.map(([what, value, unit]) =>
    `  ${what.padEnd(38)} ${value.padStart(10)}  ${unit}`.trimEnd(),
  );
  process.stdout.write(`${title}\n${lines.join('\n')}\n\n`);
}
