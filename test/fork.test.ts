import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { acknowledgeFork } from '../src/features/checkpoint/acknowledge-fork.ts';
import { examineLog } from '../src/features/checkpoint/examine-log.ts';
import { checkKept, signChanged } from '../src/features/checkpoint/sweep-checkpoints.ts';
import type { OrganizationId } from '../src/kernel/ids.ts';
import { sealOf } from '../src/ledger/entry-seal.ts';
import { openSystemSession } from '../src/ledger/session.ts';
import { codesOf, type Data, dataOf, startServer } from './support/client.ts';
import { storedLog } from './support/erasure.ts';
import { dropGuards, mendHead, putBack, rewrite } from './support/forked-log.ts';
import { createOrganization, logOf, record } from './support/organizations.ts';
import { createTeam } from './support/teams.ts';
import { storeAsBefore } from './support/unguarded.ts';

const server = await startServer();
const { as, query, config, signer, database, clock } = server;
const ada = as('ada');
const session = openSystemSession(database, clock, 'test');
const EVENT = { scope: 'COST', action: 'test.done', details: 'Done' };
const LEDGER = '(SELECT "id" FROM "Ledger" WHERE "organizationId" = $1)';

// What an owner of the database can do to it.
beforeAll(() => dropGuards(server));

/** A log of `count` entries, of which a checkpoint was signed. */
async function signedLog(count: number): Promise<OrganizationId> {
  const { id } = await createOrganization(ada, { name: 'Forked' });
  await record(
    ada,
    id,
    Array.from({ length: count - 1 }, () => EVENT),
  );
  expect(codesOf(await sign(id))).toEqual([]);
  return id;
}

const sign = (id: string) =>
  ada('query($id: ID!) { organization(id: $id) { auditCheckpoint { treeSize rootHash } } }', {
    id,
  });

const examine = async (id: OrganizationId, deep = false): Promise<string[]> =>
  (await examineLog(session, signer, id, deep))
    .filter(({ verdict }) => verdict === 'broken')
    .map(({ text }) => text);

const { signal } = new AbortController();

/** What the sweeps say of a log. */
const sweepOf = async (id: OrganizationId): Promise<(string | undefined)[]> => [
  (await checkKept(session, signer, signal)).forked.get(id),
  (await signChanged(session, signer, signal)).forked.get(id),
];

describe.each([
  [
    'an older copy of the database',
    (id: string) => putBack(server, id, 5),
    'has 5 entries and had 8',
  ],
  ['a log that was rewritten', (id: string) => rewrite(server, id, 3), 'have the root'],
])('%s', (_name, damage, finding) => {
  let id: OrganizationId;
  beforeAll(async () => {
    id = await signedLog(8);
    await damage(id);
  });

  test('is not signed, and the error says where help is', async () => {
    const answer = await sign(id);
    expect(codesOf(answer)).toEqual(['LOG_FORKED']);
    expect(answer.errors?.[0]?.message).toContain(finding);
    expect(answer.errors?.[0]?.message).toContain('npm run doctor');
  });

  test('is told of by the sweep at start and by the doctor', async () => {
    const [kept] = await sweepOf(id);
    expect(kept).toContain(finding);
    expect((await examine(id)).join()).toContain('LOG_FORKED');
  });

  test('can be read and recorded to, and stays unsigned when it has outgrown what was signed', async () => {
    for (let n = 0; n < 6; n += 1) await createTeam(ada, id, `Team ${n}`);
    expect((await logOf(ada, id)).length).toBeGreaterThan(10);
    expect(codesOf(await sign(id))).toEqual(['LOG_FORKED']);
    expect((await sweepOf(id))[1]).toContain('have the root');
  });

  test('is signed again once an operator has acknowledged it, which the log says', async () => {
    const lost = readFileSync(path.join(config.checkpointDir, id), 'utf8');
    const { checkpoint, putAside } = await acknowledgeFork(session, signer, id, 'the disk failed');
    expect(readFileSync(putAside ?? '', 'utf8')).toBe(lost);
    const entry = (await logOf(ada, id)).at(-1);
    expect(entry).toMatchObject({
      action: 'auditLog.forkAcknowledged',
      metadata: { signedSize: 8, reason: 'the disk failed', foundSize: checkpoint.size - 1 },
    });
    expect(dataOf(await sign(id)).organization.auditCheckpoint.treeSize).toBe(checkpoint.size);
    expect(await sweepOf(id)).toEqual([undefined, undefined]);
    expect(await examine(id)).toEqual([]);
    await expect(acknowledgeFork(session, signer, id, 'again')).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });
});

test('a log that contradicts its own head cannot be acknowledged away', async () => {
  const id = await signedLog(4);
  await query(
    `UPDATE "AuditLog" SET "leafHash" = (SELECT "root" FROM "Ledger" WHERE "id" = "ledgerId") WHERE "ledgerId" = ${LEDGER} AND "sequence" = 2`,
    [id],
  );
  await expect(acknowledgeFork(session, signer, id, 'why')).rejects.toMatchObject({
    code: 'LOG_FORKED',
  });
  expect((await examine(id)).join()).toContain('the head says');
});

test('a log whose checkpoint is kept and that is gone is told of', async () => {
  const id = await signedLog(2);
  await query('DELETE FROM "Ledger" WHERE "organizationId" = $1', [id]);
  expect((await sweepOf(id))[0]).toContain('is gone');
});

test('without the copy outside, the checkpoints in the database still show a rewritten log', async () => {
  const id = await signedLog(6);
  rmSync(path.join(config.checkpointDir, id));
  await rewrite(server, id, 2);
  expect(codesOf(await sign(id))).toEqual(['LOG_FORKED']);
  expect((await examine(id)).join()).toContain('is not reproduced');
});

describe('the deep look of the doctor', () => {
  const FIELDS = ['action', 'outcome', 'email', 'details', 'metadata', 'changes', 'actorId'];

  test.each(FIELDS)('names the entry whose %s was altered', async (column) => {
    const id = await signedLog(5);
    const value = column === 'metadata' ? '{"x":1}' : column === 'changes' ? '[{}]' : 'altered';
    await query(
      `UPDATE "AuditLog" SET "${column}" = $2 WHERE "ledgerId" = ${LEDGER} AND "sequence" = 4`,
      [id, value],
    );
    expect(await examine(id)).toEqual([]);
    expect((await examine(id, true)).join()).toMatch(/^entry 4: /);
  });

  /** What an owner of the database did to an entry, and what the doctor says of it. */
  const ALTERED: readonly (readonly ['now' | 'before', string, string])[] = [
    ['now', `"email" = 'altered'`, 'its leaf is of something else'],
    ['now', `"details" = 'altered'`, 'its leaf is of something else'],
    ['now', '"salt" = substr("leafHash", 1, 16)', 'its leaf is of something else'],
    ['now', '"salt" = NULL', 'its leaf is of something else'],
    ['now', '"contentSalt" = substr("leafHash", 1, 16)', 'its leaf is of something else'],
    ['now', '"actorCommitment" = "leafHash"', 'its leaf is of something else'],
    ['before', `"email" = 'altered'`, 'its actor was altered'],
    ['before', `"details" = 'altered'`, 'its details, changes or metadata were altered'],
    ['before', '"actorSalt" = substr("leafHash", 1, 16)', 'its actor was altered'],
    ['before', '"contentSalt" = NULL', 'its details, changes or metadata were altered'],
    [
      'before',
      '"contentCommitment" = NULL, "contentSalt" = substr("leafHash", 1, 16)',
      'its leaf is of something else',
    ],
    // Erased, it is said, and no commitment left.
    [
      'before',
      `"action" = 'erased', "actorSalt" = NULL, "actorCommitment" = NULL, "erased" = 'ACTOR ACTION'`,
      'its actor was altered',
    ],
  ];

  test.each(ALTERED)('of an entry stored as %s: %s: %s', async (how, assignment, said) => {
    const id = await signedLog(5);
    if (how === 'before') await storeAsBefore(server, id);
    expect(await examine(id, true)).toEqual([]);
    await query(
      `UPDATE "AuditLog" SET ${assignment} WHERE "ledgerId" = ${LEDGER} AND "sequence" = 4`,
      [id],
    );
    expect(await examine(id, true)).toEqual([`entry 4: ${said}`]);
  });

  test('finds an actor that was altered beside the commitment to the one before', async () => {
    const id = await signedLog(5);
    const [, , , row] = await storedLog(server, id);
    await query(
      `UPDATE "AuditLog" SET "email" = 'altered', "actorCommitment" = $2 WHERE "ledgerId" = ${LEDGER} AND "sequence" = 4`,
      [id, sealOf(row).actorCommitment],
    );
    expect(await examine(id, true)).toEqual(['entry 4: its actor was altered']);
  });

  test('names the first entry that is missing', async () => {
    const id = await signedLog(5);
    await query(`DELETE FROM "AuditLog" WHERE "ledgerId" = ${LEDGER} AND "sequence" = 3`, [id]);
    expect(await examine(id)).toContain('entry 3 is missing');
  });

  test('finds nothing in a log that nobody touched', async () => {
    const id = await signedLog(30);
    const findings = await examineLog(session, signer, id, true);
    expect(findings.filter(({ verdict }) => verdict !== 'sound')).toEqual([]);
    expect(findings.map(({ text }) => text).join()).toContain('30 entries give their leaves');
  });
});

test('the sweep signs what changed, keeps it outside, and then has nothing to do', async () => {
  const { id } = await createOrganization(ada, { name: 'Swept' });
  expect(existsSync(path.join(config.checkpointDir, id))).toBe(false);
  await signChanged(session, signer, signal);
  expect(readFileSync(path.join(config.checkpointDir, id), 'utf8')).toContain(`${id}\n1\n`);
  const again = await signChanged(session, signer, signal);
  expect(again.signedCount).toBe(0);
  await mendHead(server, id);
  expect((await sign(id)).data?.organization.auditCheckpoint as Data).toMatchObject({
    treeSize: 1,
  });
});
