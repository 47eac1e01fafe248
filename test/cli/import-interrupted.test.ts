import { setTimeout as pause } from 'node:timers/promises';
import { constants, gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordAuditLogs } from '../../src/features/audit-log/record-audit-logs.ts';
import type { OrganizationId } from '../../src/kernel/ids.ts';
import { commandLine, temporaryFile } from '../support/command-line.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { ownedOrganization, storedEntries } from '../support/owned-organization.ts';

let fresh: FreshDatabase;
beforeAll(async () => {
  fresh = await freshDatabase();
});
afterAll(() => fresh.close());

/** Lines that say 1 to `count`. */
const numbered = (count: number): string =>
  Array.from({ length: count }, (_, index) =>
    JSON.stringify({ scope: 'cost', action: 'budget.spent', resourceUID: `n${index + 1}` }),
  ).join('\n');

/** What the numbered lines in an organization's log say, sorted. */
async function numbersIn(id: OrganizationId): Promise<number[]> {
  const entries = await storedEntries(fresh.database, id);
  expect(entries.map(({ sequence }) => Number(sequence))).toEqual(entries.map((_, i) => i + 1));
  return entries
    .filter(({ action }) => action === 'budget.spent')
    .map(({ resourceUID }) => Number(resourceUID?.slice(1)))
    .sort((a, b) => a - b);
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

const LINES = 4_000;

async function begun(id: OrganizationId): Promise<void> {
  while ((await storedEntries(fresh.database, id)).length < 2) await pause(20);
}

test('Ctrl-C finishes the batch in flight, and the next import adds exactly the rest', async () => {
  const { id } = await ownedOrganization(fresh.database, 'stopped');
  const file = temporaryFile('numbered.ndjson', numbered(LINES));
  const { start, run } = commandLine(fresh.url);
  const first = start('import', file, '--organization', id, '--batch-size', '50');
  await begun(id);
  first.interrupt();
  const { code, stderr } = await first.finished;
  expect(code).toBe(130);
  const stored = await numbersIn(id);
  expect(stored.length).toBeLessThan(LINES);
  expect(stored.length % 50).toBe(0);
  expect(stored).toEqual(upTo(stored.length));
  expect(stderr).toContain(`Stopped before ${file}:${stored.length + 1}.`);

  const second = await run('import', file, '--organization', id);
  expect(second.stdout).toContain(
    `${(LINES - stored.length).toLocaleString('en')} recorded, ${stored.length.toLocaleString('en')} duplicate`,
  );
  expect(await numbersIn(id)).toEqual(upTo(LINES));
});

test('two imports of one file at once record each event once', async () => {
  const { id } = await ownedOrganization(fresh.database, 'twice');
  const file = temporaryFile('numbered.ndjson', numbered(1_500));
  const { run } = commandLine(fresh.url);
  const words = ['import', file, '--organization', id, '--batch-size', '100'];
  const both = await Promise.all([run(...words), run(...words)]);
  expect(both.map(({ code }) => code)).toEqual([0, 0]);
  expect(await numbersIn(id)).toEqual(upTo(1_500));
});

test('an import runs beside a live writer, and neither loses an event', async () => {
  const { id, session } = await ownedOrganization(fresh.database, 'beside');
  const file = temporaryFile('numbered.ndjson', numbered(1_500));
  const importing = commandLine(fresh.url).run(
    ...['import', file, '--organization', id, '--batch-size', '100'],
  );
  let isDone = false;
  const finished = importing.finally(() => {
    isDone = true;
  });
  let liveCount = 0;
  while (!isDone) {
    const receipts = await recordAuditLogs(session, id, [
      { scope: 'COST', action: 'live.written' },
    ]);
    expect(receipts[0]?.status).toBe('RECORDED');
    liveCount += 1;
    await pause(5);
  }
  expect((await finished).code).toBe(0);
  expect(await numbersIn(id)).toEqual(upTo(1_500));
  const live = (await storedEntries(fresh.database, id)).filter((e) => e.action === 'live.written');
  expect(live).toHaveLength(liveCount);
  const at = live.map(({ sequence }) => Number(sequence));
  expect(Math.max(...at) - Math.min(...at)).toBeGreaterThan(1_000);
});

/** How many whole lines can be had from gzip bytes that end early. */
const wholeLinesIn = (bytes: Uint8Array): number =>
  gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH }).toString().split('\n').length - 1;

/** Some lines of a KiB: what an error in the middle of compressed bytes may take with it. */
const KIB_OF_LINES = 16;

test.each([
  ['cut off', (whole: Uint8Array) => whole.subarray(0, -400), 'unexpected end', 0],
  [
    'followed by rubbish',
    (whole: Uint8Array) => Buffer.concat([whole, Buffer.from('rubbish')]),
    'incorrect header',
    KIB_OF_LINES,
  ],
])(
  'of a gzip file that is %s, what stands before the fault is recorded, and the fault is said',
  async (name, spoil, message, lost) => {
    const { id } = await ownedOrganization(fresh.database, name.replaceAll(' ', '-'));
    const whole = gzipSync(numbered(1_000));
    const file = temporaryFile('spoilt.gz', spoil(whole));
    const { code, stderr } = await commandLine(fresh.url).run(
      ...['import', file, '--organization', id, '--batch-size', '300'],
    );
    expect(code).toBe(1);
    expect(stderr).toContain(message);
    const stored = await numbersIn(id);
    expect(stored).toEqual(upTo(stored.length));
    const readable = name === 'cut off' ? wholeLinesIn(spoil(whole)) : 999;
    expect(stored.length).toBeLessThanOrEqual(readable);
    expect(stored.length).toBeGreaterThanOrEqual(readable - lost);
    expect(stderr).toContain(`Ended before ${file}:${stored.length + 1}:`);
  },
);
