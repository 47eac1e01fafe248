import { afterAll, expect, inject, test } from 'vitest';
import { dataOf, startServer } from '../support/client.ts';
import { commandLine } from '../support/command-line.ts';
import { dropGuards, putBack } from '../support/forked-log.ts';
import { createOrganization, record } from '../support/organizations.ts';

const server = await startServer();
const { as, config } = server;
const { run } = commandLine(server.url, { DATA_DIR: config.dataDir });
const ada = as('ada');
const { id } = await createOrganization(ada, { name: 'Examined', slug: 'examined' });
await record(ada, id, [{ scope: 'COST', action: 'test.done' }]);
const CHECKPOINT =
  'query($id: ID!) { organization(id: $id) { auditCheckpoint { treeSize note } } }';
const signed = async () => dataOf(await ada(CHECKPOINT, { id })).organization.auditCheckpoint;
expect(await signed()).toMatchObject({ treeSize: 2 });

const lines: string[] = [];
afterAll(() => {
  expect(lines.join()).not.toMatch(/INTERNAL|at .*\.ts/);
});
const doctor = async (...words: string[]) => {
  const { code, stdout, stderr } = await run('doctor', ...words);
  lines.push(stdout, stderr);
  return { code, text: stdout };
};

test('a sound installation is called sound, with exit code 0', async () => {
  const { code, text } = await doctor('--deep');
  expect([code, text]).toEqual([0, expect.stringContaining('All sound: 1 logs.')]);
  expect(text).toContain('2 entries give their leaves');
});

test.runIf(inject('provider') === 'postgresql')(
  'a role that could get around the guards is told of, and is broken where another is required',
  async () => {
    const { code, text } = await doctor();
    expect([code, text]).toEqual([0, expect.stringMatching(/note +The Postgres role .+superuser/)]);
    const strict = { DATA_DIR: config.dataDir, REQUIRE_ROLES: 'true' };
    const refused = await commandLine(server.url, strict).run('doctor');
    expect([refused.code, refused.stdout]).toEqual([
      1,
      expect.stringMatching(/BROKEN The Postgres role .+run npm run roles/),
    ]);
  },
);

test('a new key signs beside the old from the next start on', async () => {
  const { code, stdout } = await run('rotate-signing-key', '--overlap-days', '7');
  expect([code, stdout]).toEqual([0, expect.stringContaining('A new key signs')]);
});

test('missing guards and an older copy of the database are named, with what to do', async () => {
  await dropGuards(server);
  await putBack(server, id, 1);
  const { code, text } = await doctor('--organization', 'examined');
  expect(code).toBe(1);
  expect(text).toContain('BROKEN The audit log is not protected');
  expect(text).toContain('has 1 entries and had 2 when it was signed last');
  expect(text).toContain('npm run acknowledge-fork');
});

test('an unknown organization is an error in plain words', async () => {
  const { code, stderr } = await run('doctor', '--organization', 'examinde');
  expect(code).toBe(1);
  expect(stderr).toContain('Nearest: examined');
});
