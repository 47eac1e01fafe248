import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { expect, inject, test } from 'vitest';
import { sqliteFile } from '../../src/database/database-url.ts';
import { emptyPlace } from '../support/database.ts';
import { FAULT_ROUNDS, printFigures } from '../support/fault-rounds.ts';
import { openMixedLoad } from '../support/mixed-load.ts';
import { serveProcess } from '../support/served-process.ts';
import { compare } from '../support/told.ts';

/** Moves the write-ahead log into the file without end: whenever it is killed, it does that. */
const CHECKPOINTS = `import('better-sqlite3').then(({ default: Sqlite }) => {
  const connection = new Sqlite(process.env.FILE, { timeout: 100 });
  for (let done = 0; ; done += 1) {
    try { connection.pragma('wal_checkpoint(TRUNCATE)'); } catch (error) { if (!/^SQLITE_BUSY/.test(error.code)) throw error; }
    if (done === 3) process.stdout.write('moving');
  }
})`;

async function startCheckpoints(file: string) {
  const child = spawn(process.execPath, ['-e', CHECKPOINTS], {
    env: { FILE: file },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'close').then(([code]: (number | null)[]) => code ?? null);
  await once(child.stdout, 'data');
  return { child, exited };
}

test.runIf(inject('provider') === 'sqlite')(
  `SQLite whose processes are killed ${FAULT_ROUNDS.checkpoint} times in the middle of a checkpoint loses nothing, and is whole`,
  { timeout: 60_000 + FAULT_ROUNDS.checkpoint * 15_000 },
  async () => {
    const place = await emptyPlace();
    const first = await serveProcess(place.url);
    const load = await openMixedLoad(first.port);
    first.child.kill('SIGKILL');
    await first.exited;
    for (let round = 0; round < FAULT_ROUNDS.checkpoint; round++) {
      const { child, exited, port } = await serveProcess(place.url);
      const checkpoints = await startCheckpoints(sqliteFile(place.url));
      const stop = load.begin(() => port);
      await load.thick(() => undefined);
      for (const one of [checkpoints.child, child]) one.kill('SIGKILL');
      await stop();
      expect([await checkpoints.exited, await exited], 'both were killed').toEqual([null, null]);
      expect(await place.query('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    }
    const last = await serveProcess(place.url);
    await load.settle(() => last.port);
    const { acknowledged, lost, doubled, gaps } = await compare(place, load.told);
    expect(load.told.failures).toEqual([]);
    expect({ lost, doubled, gaps }).toEqual({ lost: [], doubled: [], gaps: [] });
    printFigures('SQLite killed amid a checkpoint', {
      ...{ rounds: FAULT_ROUNDS.checkpoint, acknowledged },
      ...{ lost: lost.length, doubled: doubled.length },
    });
    last.child.kill('SIGKILL');
    await last.exited;
    await place.remove();
  },
);
