import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { columnList, ENTRY_COLUMNS } from '../src/database/batch.ts';
import { openDatabase } from '../src/database/open.ts';
import { recordAuditLogs } from '../src/features/audit-log/record-audit-logs.ts';
import type { OrganizationId } from '../src/kernel/ids.ts';
import { benchSession, EVENT, median, newOrganizations, rateOf } from './record-setting.ts';

const CALLERS = 64;
const LOAD = { callers: CALLERS, durationMs: 1_500 };
const ROUNDS = 5;
const BULK = 1_000;
const BULK_LOAD = { callers: 1, durationMs: 1_500 };
/** What tells a plain row is an id, where the log has its sequences. */
const COLUMNS = { id: 'bytea', ...ENTRY_COLUMNS };
const NAMES = Object.keys(COLUMNS);

/** Events a second by each way, in rounds that took turns. */
export interface SingleFigures {
  readonly plain: readonly number[];
  readonly oneOrganization: readonly number[];
  readonly hundredOrganizations: readonly number[];
  readonly unnest: readonly number[];
  readonly bulk: readonly number[];
}

/**
 * 64 callers with one event a call, in process: plain INSERTs of finished rows into a table like the
 * log's, but for an id in the place of the sequence's index, through node-postgres, one connection a
 * caller, against recording in one organization and over a hundred. Then batches of 1,000: `unnest` of finished rows, against recording.
 */
export async function measureSingles(url: string): Promise<SingleFigures> {
  const database = await openDatabase(url);
  const pool = new pg.Pool({ connectionString: url, max: CALLERS });
  const session = await benchSession(database);
  const organizations = await newOrganizations(session, 100);
  await makePlain(pool);
  const record = (n: number, among: number, count = 1) =>
    recordAuditLogs(
      session,
      organizations[n % among] as OrganizationId,
      Array.from({ length: count }, () => EVENT),
    );
  const rivals = {
    plain: () => rateOf(() => insertPlain(pool), LOAD),
    oneOrganization: () => rateOf((n) => record(n, 1), LOAD),
    hundredOrganizations: () => rateOf((n) => record(n, 100), LOAD),
    unnest: async () => BULK * (await rateOf(() => insertUnnested(pool), BULK_LOAD)),
    bulk: async () => BULK * (await rateOf((n) => record(n, 1, BULK), BULK_LOAD)),
  };
  const figures = {
    plain: [],
    oneOrganization: [],
    hundredOrganizations: [],
    unnest: [],
    bulk: [],
  };
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, measure] of Object.entries(rivals)) {
      const rate = await measure();
      // The first round only warms up.
      if (round > 0) (figures[name as keyof typeof figures] as number[]).push(rate);
    }
  }
  await pool.end();
  await database.close();
  return figures;
}

/**
 * A table like the log's, with the first entries of the same logs: what is added after all that an
 * index holds costs a fifth less, and the log that is recorded in is not the last.
 */
async function makePlain(pool: pg.Pool): Promise<void> {
  await pool.query('CREATE TABLE plain (LIKE "AuditLog" INCLUDING ALL)');
  await pool.query('ALTER TABLE plain DROP CONSTRAINT plain_pkey');
  const rest = columnList(ENTRY_COLUMNS);
  // Before all that come, as ids of an earlier time are.
  const id = `'\\x00'::bytea || substr(uuid_send(gen_random_uuid()), 2)`;
  await pool.query(`INSERT INTO plain ("id", ${rest}) SELECT ${id}, ${rest} FROM "AuditLog"`);
}

/** The middle of the ratios of rounds that lay side by side. */
export const ratio = (of: readonly number[], to: readonly number[]): number =>
  median(of.map((rate, round) => rate / (to[round] ?? Number.NaN)));

let sequence = 0;
const SALT = randomBytes(16);
const HASH = randomBytes(32);

/** A row as recording would make it, with nothing worked out: its id in the order of time. */
const finishedRow = (): Record<string, unknown> => ({
  ledgerId: 1,
  sequence: ++sequence,
  id: finishedId(),
  scope: EVENT.scope,
  action: EVENT.action,
  outcome: 'SUCCESS',
  origin: 'PRODUCER',
  resourceType: EVENT.resourceType,
  resourceUID: EVENT.resourceUID,
  actorType: 'USER',
  createdAtMs: Date.now(),
  recordedAtMs: Date.now(),
  salt: SALT,
  email: EVENT.email,
  details: EVENT.details,
  metadata: '{"days":5,"timezone":"Europe/Berlin"}',
  leafHash: HASH,
});

function finishedId(): Buffer {
  const id = Buffer.alloc(16);
  id.writeUIntBE(Date.now(), 0, 6);
  id.writeUInt32BE(sequence, 8);
  return id;
}

const places = NAMES.map((_, index) => `$${index + 1}`).join(', ');
const PLAIN = `INSERT INTO plain (${columnList(COLUMNS)}) VALUES (${places})`;

function insertPlain(pool: pg.Pool): Promise<unknown> {
  const row = finishedRow();
  return pool.query({ name: 'plain', text: PLAIN, values: NAMES.map((name) => row[name]) });
}

const arrays = Object.values(COLUMNS).map((type, index) => `$${index + 1}::${type}[]`);
const UNNEST = `INSERT INTO plain (${columnList(COLUMNS)}) SELECT * FROM unnest(${arrays.join(', ')})`;

function insertUnnested(pool: pg.Pool): Promise<unknown> {
  const rows = Array.from({ length: BULK }, finishedRow);
  const values = NAMES.map((name) => rows.map((row) => row[name] ?? null));
  return pool.query({ name: 'unnest', text: UNNEST, values });
}
