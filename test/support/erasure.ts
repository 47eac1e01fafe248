import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { expect, inject } from 'vitest';
import type { OrganizationId } from '../../src/kernel/ids.ts';
import { actorCommitment, contentCommitment, storedBody } from '../../src/ledger/entry-body.ts';
import { sealOf } from '../../src/ledger/entry-seal.ts';
import { appendLeaves, leafHash } from '../../src/ledger/merkle.ts';
import type { Client, Data } from './client.ts';
import type { FreshDatabase } from './database.ts';
import { call } from './members.ts';

/** What eraseSubject tells when it went well. */
export const ERASED =
  'organizationId erasureId entryCount actorCount contentCount bodyCount invitationCount tracesRemoved';

/** What eraseSubject answers; the address twice, as it must be given. */
export const erase = (client: Client, organizationId: string, email: string): Promise<Data> =>
  call(
    client,
    'eraseSubject',
    { organizationId, email, confirmEmail: email },
    `${ERASED} } ... on ErasureBlockedError { blockers { reason id }`,
  );

/** Every entry of an organization as stored, by sequence. */
export const storedLog = ({ query }: Pick<FreshDatabase, 'query'>, id: string): Promise<Data[]> =>
  query<Data>(
    'SELECT * FROM "AuditLog" WHERE "ledgerId" = (SELECT "id" FROM "Ledger" WHERE "organizationId" = $1) ORDER BY "sequence"',
    [id],
  );

const saltIn = (salt: Uint8Array | null): Uint8Array => salt ?? Uint8Array.of();

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/**
 * Verifies a log as stored: every leaf that its body can be rebuilt of, every disclosure that was not
 * erased, and the root over all leaves. Returns how many bodies could not be rebuilt.
 */
export async function verifyLog(fresh: Pick<FreshDatabase, 'query'>, id: string): Promise<number> {
  const rows = await storedLog(fresh, id);
  let leafOnlyCount = 0;
  for (const row of rows) {
    const erased: string[] = row.erased?.split(' ') ?? [];
    const seal = sealOf(row);
    if (erased.some((part) => part !== 'ACTOR' && part !== 'CONTENT')) leafOnlyCount += 1;
    else {
      const body = storedBody(id as OrganizationId, row, seal);
      expect(hex(leafHash(body)), `leaf ${row.sequence}`).toBe(hex(row.leafHash));
    }
    if (erased.includes('ACTOR')) expect([row.salt, row.actorSalt]).toEqual([null, null]);
    else {
      const commitment = actorCommitment({ ...row, name: row.actorName }, saltIn(seal.actorSalt));
      expect(hex(commitment), `actor of ${row.sequence}`).toBe(hex(seal.actorCommitment));
    }
    if (erased.includes('CONTENT')) expect([row.salt, row.contentSalt]).toEqual([null, null]);
    else {
      const commitment = contentCommitment(row, saltIn(seal.contentSalt));
      expect(hex(commitment), `content of ${row.sequence}`).toBe(hex(seal.contentCommitment));
    }
  }
  const [head] = await fresh.query<Data>('SELECT * FROM "Ledger" WHERE "organizationId" = $1', [
    id,
  ]);
  const tree = appendLeaves(
    new Uint8Array(0),
    0,
    rows.map(({ leafHash: leaf }) => Uint8Array.from(leaf)),
  );
  expect([tree.size, hex(tree.root)]).toEqual([Number(head.size), hex(head.root)]);
  return leafOnlyCount;
}

/** Every place in which the raw bytes or the rows of the database hold a text, whatever its case. */
export async function tracesOf(
  { url, query }: Pick<FreshDatabase, 'url' | 'query'>,
  needle: string,
): Promise<string[]> {
  return inject('provider') === 'sqlite'
    ? tracesInFiles(url.slice('file:'.length), needle)
    : tracesInRows(query, needle);
}

/**
 * Reads the files in a process of its own: closing a file takes from this process every lock that
 * SQLite holds on it.
 */
function tracesInFiles(file: string, needle: string): string[] {
  return ['', '-wal', '-shm'].filter((suffix) => {
    const { stdout } = spawnSync(process.execPath, ['-e', PRINT, `${file}${suffix}`], {
      maxBuffer: 1_000_000_000,
    });
    return stdout.toString('latin1').toLowerCase().includes(needle);
  });
}

const PRINT =
  'const fs = require("node:fs"); if (fs.existsSync(process.argv[1])) process.stdout.write(fs.readFileSync(process.argv[1]))';

/** What a dump would hold, and what the planner keeps of columns. */
async function tracesInRows(query: FreshDatabase['query'], needle: string): Promise<string[]> {
  const tables = await query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relkind IN ('r', 'm') AND relnamespace = 'public'::regnamespace`,
  );
  const found: string[] = [];
  for (const name of [...tables.map((table) => table.name), 'pg_stats']) {
    const rows = await query(`SELECT 1 FROM "${name}" AS t WHERE t::text ILIKE $1`, [
      `%${needle}%`,
    ]);
    if (rows.length > 0) found.push(name);
  }
  return found;
}

/** The relations whose files hold a text, once everything in memory was written; the server's owner asks. */
export async function tracesInRelations(
  query: FreshDatabase['query'],
  needle: string,
): Promise<string[]> {
  await query('CHECKPOINT');
  const relations = await query<{ name: string; file: string }>(
    `SELECT c.relname AS name, pg_relation_filepath(c.oid) AS file FROM pg_class c
    WHERE pg_relation_filepath(c.oid) IS NOT NULL
      AND (c.relnamespace = 'public'::regnamespace OR c.relname LIKE 'pg_toast%')`,
  );
  const found: string[] = [];
  for (const { name, file } of relations) {
    const [row] = await query<{ bytes: Buffer }>('SELECT pg_read_binary_file($1) AS bytes', [file]);
    if (row?.bytes.toString('latin1').toLowerCase().includes(needle)) found.push(name);
  }
  return found;
}
