import { openDatabase } from '../src/database/open.ts';
import { benchSession, newOrganizations } from './record-setting.ts';
import { startWorker, type Worker } from './record-workers.ts';

const LOAD = { callers: 64, eventsPerCall: 1, durationMs: 4_000 };

/** What two processes on one database came to. */
export interface ProcessFigures {
  /** Events a second of one process, and of two together. */
  readonly one: number;
  readonly two: number;
  /** Logs whose sequences are not 1, 2, 3 … n with n the size of the head. */
  readonly gapCount: number;
}

/** 64 callers in one process, then in each of two at once, on the same ten organizations. */
export async function measureProcesses(url: string): Promise<ProcessFigures> {
  const database = await openDatabase(url);
  const organizations = await newOrganizations(await benchSession(database), 10);
  const workers = [startWorker(), startWorker()];
  const order = { kind: 'record', url, organizations, ...LOAD } as const;
  const together = async (some: readonly Worker[]) => {
    const rates = await Promise.all(some.map((worker) => worker.ask(order)));
    return rates.reduce((sum, rate) => sum + rate, 0);
  };
  try {
    const one = await together(workers.slice(0, 1));
    const two = await together(workers);
    const gaps = await database.select<{ id: number }>(GAPS, []);
    return { one, two, gapCount: gaps.length };
  } finally {
    await Promise.all(workers.map((worker) => worker.end()));
    await database.close();
  }
}

const GAPS = `SELECT l."id" FROM "Ledger" l LEFT JOIN "AuditLog" e ON e."ledgerId" = l."id"
GROUP BY l."id", l."size"
HAVING COUNT(e."sequence") <> l."size" OR MIN(e."sequence") <> 1 OR MAX(e."sequence") <> l."size"`;
