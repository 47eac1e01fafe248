import { expect, inject, test } from 'vitest';
import { emptyPlace } from '../support/database.ts';
import { examined } from '../support/examined.ts';
import { FAULT_ROUNDS, printFigures } from '../support/fault-rounds.ts';
import { openMixedLoad } from '../support/mixed-load.ts';
import { type ServedProcess, serveProcess } from '../support/served-process.ts';
import { slowWayTo } from '../support/slow-way.ts';
import { compare } from '../support/told.ts';

test(`a server killed ${FAULT_ROUNDS.server} times under mixed load loses nothing it acknowledged, doubles nothing, and starts by itself`, {
  timeout: 60_000 + FAULT_ROUNDS.server * 15_000,
}, async () => {
  const place = await emptyPlace();
  const first = await serveProcess(place.url);
  const load = await openMixedLoad(first.port);
  first.child.kill('SIGKILL');
  await first.exited;
  const way = await slowWayTo(place.url);
  let longestMs = 0;
  const started = async (): Promise<ServedProcess> => {
    const startedAt = performance.now();
    const next = await serveProcess(way.url);
    longestMs = Math.max(longestMs, performance.now() - startedAt);
    return next;
  };
  for (let round = 0; round < FAULT_ROUNDS.server; round++) {
    const { child, exited, port } = await started();
    const stop = load.begin(() => port);
    await load.thick(way.slow);
    child.kill('SIGKILL');
    way.slow(false);
    await stop();
    expect(await exited, 'it was killed, and had not ended by itself').toBe(null);
  }
  const last = await started();
  await load.settle(() => last.port);
  const { acknowledged, lost, doubled, gaps } = await compare(place, load.told);
  expect(load.told.failures).toEqual([]);
  expect({ lost, doubled, gaps }).toEqual({ lost: [], doubled: [], gaps: [] });
  const { code, stdout } = await examined(place.url);
  expect([code, stdout]).toEqual([0, expect.stringContaining('All sound: 3 logs.')]);
  printFigures(`kill -9 of the server on ${inject('provider')}`, {
    rounds: FAULT_ROUNDS.server,
    acknowledged,
    lost: lost.length,
    doubled: doubled.length,
    'longest recovery ms': Math.round(longestMs),
  });
  last.child.kill('SIGKILL');
  await last.exited;
  await way.close();
  await place.remove();
});
