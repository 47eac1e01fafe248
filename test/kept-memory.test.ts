import { setImmediate as afterOthers } from 'node:timers/promises';
import v8 from 'node:v8';
import vm from 'node:vm';
import { expect, test } from 'vitest';
import { connectionOf } from '../src/graphql/connection.ts';
import { UnderWay } from '../src/kernel/under-way.ts';

v8.setFlagsFromString('--expose-gc');
const sweep = vm.runInNewContext('gc') as (how?: { readonly type: 'minor' }) => void;

const COUNT = 4_000;
const NUMBERS = 1_000;
/** A tenth of what all of them take. */
const LITTLE_BYTES = (COUNT * NUMBERS * 8) / 10;

/** Bytes that small sweeps of memory have left of objects that `use` was given. */
async function leftOf(use: (given: { readonly numbers: number[] }) => unknown): Promise<number> {
  sweep();
  const before = bytesPastNursery();
  for (let at = 0; at < COUNT; at += 1) {
    await use({ numbers: Array.from({ length: NUMBERS }, () => at) });
    if (at % 20 === 19) await afterOthers();
    if (at % 100 === 99) sweep({ type: 'minor' });
  }
  return bytesPastNursery() - before;
}

const bytesPastNursery = (): number =>
  v8.getHeapSpaceStatistics().find(({ space_name: name }) => name === 'old_space')
    ?.space_used_size ?? Number.NaN;

test('a page lets go of its rows at the next small sweep of memory', async () => {
  const left = await leftOf((row) => {
    const page = { rows: [row], hasNextPage: false, hasPreviousPage: false };
    const { pageInfo } = connectionOf(page, ({ numbers }) => `${numbers[0]}`);
    expect(pageInfo.endCursor).toBe(`${row.numbers[0]}`);
  });
  expect(left).toBeLessThan(LITTLE_BYTES);
});

test('so does the server of the answers that it has given', async () => {
  const underWay = new UnderWay();
  const left = await leftOf((answer) => underWay.counting(Promise.resolve(answer)));
  await underWay.none();
  expect(left).toBeLessThan(LITTLE_BYTES);
});
