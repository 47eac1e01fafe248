/**
 * What a proof costs on a log of 200,000 entries, and what the tree costs recording:
 * `npm run bench:proof`, `-- sqlite` or `-- postgres` for one of the two, `-- sqlite 20000` for
 * another count.
 */
import { randomInt } from 'node:crypto';
import process from 'node:process';
import pg from 'pg';
import { openDatabase } from '../src/database/open.ts';
import { recordAuditLogs } from '../src/features/audit-log/record-audit-logs.ts';
import { inclusionProofs } from '../src/features/checkpoint/inclusion.ts';
import type { OrganizationId } from '../src/kernel/ids.ts';
import { fillTiles } from '../src/ledger/fill-tiles.ts';
import { logTree } from '../src/ledger/proved.ts';
import type { Session } from '../src/ledger/session.ts';
import { onBothDatabases } from './both-databases.ts';
import { benchSession, EVENT, newOrganizations } from './record-setting.ts';
import { measureRecordingRatio } from './recording-ratio.ts';

const CALL = 1_000;
const COLD_SAMPLES = 100;
const WARM_SAMPLES = 1_000;
const [part, countText = '200000'] = process.argv.slice(2);
const entryCount = Number(countText);

const print = (line: string): void => void process.stdout.write(`${line}\n`);

await onBothDatabases(part, measure);

async function measure(name: string, url: string): Promise<void> {
  const database = await openDatabase(url);
  const session = await benchSession(database);
  const [id] = await newOrganizations(session, 1);
  if (!id) throw new Error('There is no organization.');
  await fill(name, session, id);
  await measureTiles(name, session, id);
  await settle(url);
  await measureCold(name, url, id);
  await measureWarm(name, session, id, 1);
  await measureWarm(name, session, id, 100);
  await measureRecordingRatio(name, url, session);
  await database.close();
}

async function fill(name: string, session: Session, id: OrganizationId): Promise<void> {
  const startedAt = performance.now();
  for (let done = 0; done < entryCount; done += CALL) {
    const events = Array.from({ length: Math.min(CALL, entryCount - done) }, () => EVENT);
    await recordAuditLogs(session, id, events);
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  print(`${name}: recorded ${entryCount} entries at ${Math.round(entryCount / seconds)}/s`);
}

/** What Postgres does in the background with rows that came all at once, done before it is measured. */
async function settle(url: string): Promise<void> {
  if (url.startsWith('file:')) return;
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('VACUUM (ANALYZE)');
  await client.query('CHECKPOINT');
  await client.end();
}

async function measureTiles(name: string, session: Session, id: OrganizationId): Promise<void> {
  const tree = await logTree(session, id);
  if (!tree) throw new Error('There is no log.');
  const startedAt = performance.now();
  const count = await fillTiles(session, tree);
  print(`${name}: ${count} tiles of leaves in ${Math.round(performance.now() - startedAt)} ms`);
}

/** The first proof of a database that was opened for it. */
async function measureCold(name: string, url: string, id: OrganizationId): Promise<void> {
  const times: number[] = [];
  for (let n = 0; n < COLD_SAMPLES; n++) {
    const database = await openDatabase(url);
    times.push(await timeOf(await benchSession(database), id, 1));
    await database.close();
  }
  print(`${name}: one proof, cold: ${percentiles(times)}`);
}

async function measureWarm(
  name: string,
  session: Session,
  id: OrganizationId,
  count: number,
): Promise<void> {
  const samples = WARM_SAMPLES / (count === 1 ? 1 : 10);
  for (let n = 0; n < samples / 10; n++) await timeOf(session, id, count);
  const times: number[] = [];
  for (let n = 0; n < samples; n++) times.push(await timeOf(session, id, count));
  print(
    `${name}: ${count === 1 ? 'one proof' : `a page of ${count}`}, warm: ${percentiles(times)}`,
  );
}

/** Proofs of some entries in a row, anywhere in the log, in the tree of all. */
async function timeOf(session: Session, id: OrganizationId, count: number): Promise<number> {
  const first = randomInt(1, entryCount - count);
  const sequences = Array.from({ length: count }, (_, n) => first + n);
  const startedAt = performance.now();
  await inclusionProofs(session, id, sequences, entryCount + 1);
  return performance.now() - startedAt;
}

function percentiles(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => (sorted[Math.ceil(share * sorted.length) - 1] ?? 0).toFixed(1);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms (${times.length} samples)`;
}
