import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, inject, test } from 'vitest';
import { HEAP_FLAGS } from '../../src/heap.ts';
import { ask } from '../support/asking.ts';
import { tokenOf } from '../support/client.ts';
import { emptyPlace } from '../support/database.ts';
import { printFigures, SOAK_MINUTES } from '../support/fault-rounds.ts';
import { openMixedLoad } from '../support/mixed-load.ts';
import { sampleOf, tenths, thirds } from '../support/process-samples.ts';
import { serveProcess } from '../support/served-process.ts';
import { compare } from '../support/told.ts';

const SAMPLE_MS = 250;
/** Node as `npm start` runs the server: it sweeps its memory sooner than V8 would (`heap.ts`). */
const AS_STARTED = [process.execPath, ...HEAP_FLAGS] as const;
/** Growth that is more than caches filling up and a garbage collector in no hurry; in minutes both are done. */
const MOST = { residentMiB: SOAK_MINUTES < 5 ? 150 : 40, handles: 30 };

test('under a lasting mixed load memory and handles stay, every caller is answered, and nothing is lost', {
  timeout: 120_000 + SOAK_MINUTES * 60_000,
}, async () => {
  const place = await emptyPlace();
  const { child, exited, port } = await serveProcess(place.url, {}, AS_STARTED);
  const load = await openMixedLoad(port);
  const token = await tokenOf('ada');
  const noted = { residentMiB: [0], handles: [0], latencyMs: [0] };
  for (const list of Object.values(noted)) list.pop();
  const until = performance.now() + SOAK_MINUTES * 60_000;
  const stop = load.begin(() => port);
  while (performance.now() < until) {
    const askedAt = performance.now();
    expect((await ask(port, token, { query: '{ viewer { user { id } } }' }))?.status).toBe(200);
    noted.latencyMs.push(performance.now() - askedAt);
    const sample = sampleOf(child.pid);
    if (sample) noted.residentMiB.push(sample.residentMiB);
    if (sample) noted.handles.push(sample.handleCount);
    await pause(SAMPLE_MS);
  }
  await stop();
  await load.settle(() => port);
  const { acknowledged, ...wrong } = await compare(place, load.told);
  expect(load.told.failures).toEqual([]);
  expect(wrong).toEqual({ lost: [], doubled: [], gaps: [] });
  const shown = Object.entries(noted).map(([what, numbers]) => {
    const [first, last] = thirds(numbers);
    return [what, `${first.toFixed(1)} then ${last.toFixed(1)}`];
  });
  printFigures(`soak on ${inject('provider')}`, {
    minutes: SOAK_MINUTES,
    acknowledged,
    ...Object.fromEntries(shown),
    'MiB by tenths': tenths(noted.residentMiB).join(' '),
  });
  for (const what of ['residentMiB', 'handles'] as const) {
    const [first, last] = thirds(noted[what]);
    if (noted[what].length > 0) expect(last - first, what).toBeLessThan(MOST[what]);
  }
  child.kill('SIGTERM');
  expect(await exited).toBe(0);
  await place.remove();
});
