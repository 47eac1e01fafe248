import { setTimeout as pause } from 'node:timers/promises';
import { expect, inject, test } from 'vitest';
import { migrate } from '../../src/database/migrations.ts';
import { FAULT_ROUNDS, printFigures } from '../support/fault-rounds.ts';
import { openMixedLoad } from '../support/mixed-load.ts';
import { startPostgres } from '../support/postgres-process.ts';
import { queryAt } from '../support/query-at.ts';
import { serveProcess } from '../support/served-process.ts';
import { startProxy } from '../support/tcp-proxy.ts';
import { compare } from '../support/told.ts';

const DELAY_MS = 4;

test.runIf(inject('provider') === 'postgresql')(
  `a Postgres stopped at once ${FAULT_ROUNDS.postgres} times under mixed load: the server goes on by itself, nothing acknowledged is lost or doubled`,
  { timeout: 120_000 + FAULT_ROUNDS.postgres * 30_000 },
  async () => {
    const postgres = await startPostgres();
    await migrate(postgres.url);
    const way = new URL(postgres.url);
    const proxy = await startProxy(Number(way.port));
    way.port = String(proxy.port);
    const { child, exited, port } = await serveProcess(way.href);
    const load = await openMixedLoad(port);
    proxy.delay(DELAY_MS);
    let longestMs = 0;
    for (let round = 0; round < FAULT_ROUNDS.postgres; round++) {
      const stop = load.begin(() => port);
      await load.thick(() => undefined);
      await postgres.crash();
      await pause(Math.random() * 200);
      await postgres.restart();
      const backAt = performance.now();
      await stop();
      await load.settle(() => port);
      longestMs = Math.max(longestMs, performance.now() - backAt);
    }
    const { acknowledged, lost, doubled, gaps } = await compare(queryAt(postgres.url), load.told);
    expect(load.told.failures).toEqual([]);
    expect({ lost, doubled, gaps }).toEqual({ lost: [], doubled: [], gaps: [] });
    child.kill('SIGTERM');
    expect(await exited, 'the one server was there all the time').toBe(0);
    printFigures('Postgres stopped at once', {
      rounds: FAULT_ROUNDS.postgres,
      acknowledged,
      lost: lost.length,
      doubled: doubled.length,
      'longest recovery ms': Math.round(longestMs),
    });
    await proxy.close();
    await postgres.stop();
  },
);
