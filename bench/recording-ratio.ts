import path from 'node:path';
import process from 'node:process';
import type { Session } from '../src/ledger/session.ts';
import { median, newOrganizations } from './record-setting.ts';
import { startWorker } from './record-workers.ts';

const ROUNDS = 5;
const LOADS = [
  { callers: 2, eventsPerCall: 1_000, durationMs: 2_000 },
  { callers: 64, eventsPerCall: 1, durationMs: 2_000 },
];

/**
 * What the tree costs recording: two processes take turns on one database, one as it is, the other
 * with an appending that hashes nothing, each in an organization of its own.
 */
export async function measureRecordingRatio(
  name: string,
  url: string,
  session: Session,
): Promise<void> {
  // A third behind both: what comes after all that an index holds costs less.
  const organizations = await newOrganizations(session, 3);
  const without = path.join(import.meta.dirname, 'without-tree.ts');
  const workers = [startWorker(), startWorker(['--import', without])];
  try {
    for (const load of LOADS) {
      const rates: number[][] = [[], []];
      for (let round = 0; round < ROUNDS; round++) {
        for (const [n, worker] of workers.entries()) {
          const own = organizations.slice(n, n + 1);
          const order = { kind: 'record', url, organizations: own, ...load } as const;
          rates[n]?.push((await worker.ask(order)) * load.eventsPerCall);
        }
      }
      say(name, load, rates);
    }
  } finally {
    await Promise.all(workers.map((worker) => worker.end()));
  }
}

function say(name: string, load: (typeof LOADS)[number], [tree = [], bare = []]: number[][]): void {
  const ratios = tree.map((rate, round) => rate / (bare[round] ?? Number.NaN));
  process.stdout.write(
    `${name}: ${load.callers} callers, ${load.eventsPerCall} events a call: ` +
      `${Math.round(median(tree))}/s with the tree, ${Math.round(median(bare))}/s without, ` +
      `ratio ${median(ratios).toFixed(2)} (${ROUNDS} rounds, ${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)})\n`,
  );
}
