import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type Data, startServer } from '../support/client.ts';
import { commandLine } from '../support/command-line.ts';
import { erase, tracesOf, verifyLog } from '../support/erasure.ts';
import { KILL_ROUNDS } from '../support/kill-rounds.ts';
import { call } from '../support/members.ts';
import { createOrganization, logOf, record } from '../support/organizations.ts';

const server = await startServer();
const { as, url, query } = server;
const ada = as('ada');
const { start, run } = commandLine(url);
const EVENT = { scope: 'COST', action: 'a.b' };

test('the operator erases a person from every organization, purged ones too, and their account', async () => {
  const email = 'everywhere5871@example.com';
  const person = as('everywhere5871');
  const { id } = await createOrganization(ada, { name: 'One' });
  await record(ada, id, [{ ...EVENT, details: email }]);
  const gone = await createOrganization(person, { name: 'Gone' });
  const untouched = await createOrganization(ada, { name: 'Untouched' });
  await call(person, 'deleteOrganization', {
    ...{ organizationId: gone.id, confirmName: 'Gone', graceDays: 0 },
  });
  const unsure = await run('erase', '--email', email, '--confirm', 'other@example.com');
  expect(unsure).toMatchObject({ code: 1 });
  const done = await run('erase', '--email', email, '--confirm', email);
  expect(done).toMatchObject({ code: 0, stderr: '' });
  expect(done.stdout).toContain('Erased from 2 of 2 organizations.');
  expect(done.stdout).not.toContain(email);
  expect(await tracesOf(server, 'everywhere5871')).toEqual([]);
  expect(await verifyLog(server, gone.id)).toBe(0);
  expect((await logOf(ada, untouched.id)).map(({ action }) => action)).toEqual([
    'organization.created',
  ]);
});

test('what stands in the way is named, with exit code 2', async () => {
  const { id } = await createOrganization(as('member6093'), { name: 'Blocked' });
  const address = 'member6093@example.com';
  const refused = await run('erase', '--email', address, '--confirm', address);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain(`${id}: not erased, because of MEMBER usr_`);
  expect((await logOf(as('member6093'), id)).map(({ action }) => action)).toEqual([
    'organization.created',
  ]);
});

test('an erasure whose process is killed half-way is finished by another', async () => {
  for (let round = 0; round < KILL_ROUNDS; round += 1) {
    const needle = `killed${round}x4417`;
    const email = `${needle}@example.com`;
    const { id } = await createOrganization(ada, { name: `Killed ${round}` });
    for (let batch = 0; batch < 3; batch += 1) {
      const events = Array.from({ length: 1_000 }, (_, n) => ({
        ...EVENT,
        ...(n % 2 ? { email } : { details: `For ${email}` }),
        idempotencyKey: `${batch} ${n}`,
      }));
      expect(await record(ada, id, events)).toMatchObject({ recordedCount: 1_000 });
    }
    const doing = start('erase', '--email', email, '--confirm', email, '--organization', id);
    const countOf = async (table: string, condition: string): Promise<number> => {
      const [row] = await query<Data>(
        `SELECT count(*) AS "count" FROM "${table}" WHERE ${condition} AND "ledgerId" = (SELECT "id" FROM "Ledger" WHERE "organizationId" = $1)`,
        [id],
      );
      return Number(row.count);
    };
    const erasedCount = () => countOf('AuditLog', '"erased" IS NOT NULL');
    while ((await erasedCount()) === 0) await pause(5);
    doing.kill();
    await doing.finished;
    const half = await erasedCount();
    expect(half).toBeGreaterThan(0);
    const result = await erase(ada, id, email);
    process.stdout.write(`killed after ${half} of 3,000 entries; ${result.entryCount} were left\n`);
    expect(await erasedCount()).toBe(3_000);
    expect(await tracesOf(server, needle)).toEqual([]);
    expect(await countOf('RecordedKey', 'length("bodySalt") > 0')).toBe(0);
    expect(await verifyLog(server, id)).toBe(0);
  }
}, 60_000);
