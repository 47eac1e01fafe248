/** What a page costs by its depth in the largest log: `npm run bench:depth`, `-- --rows 200000` for less. */
import process from 'node:process';
import { openDatabase } from '../src/database/open.ts';
import { encodeCursor } from '../src/features/audit-log/cursor.ts';
import { listAuditLogs } from '../src/features/audit-log/list-audit-logs.ts';
import { readingOptions, readingPostgres } from './read-setting.ts';
import { benchSession, median } from './record-setting.ts';

const REPEATS = 200;
const { rows } = readingOptions();
const setting = await readingPostgres(rows);
const database = await openDatabase(setting.url);
try {
  const session = await benchSession(database);
  const depths = [0, 0.02, 0.2, 0.8].map((part) => Math.floor((rows / 2) * part));
  const cursors = await Promise.all(depths.map(cursorAt));
  const times = depths.map((): number[] => []);
  for (let repeat = 0; repeat < REPEATS; repeat += 1) {
    for (const [at, after] of cursors.entries()) {
      const startedAt = performance.now();
      await listAuditLogs(session, setting.largest, { first: 50, after });
      times[at]?.push(performance.now() - startedAt);
    }
  }
  const first = median(times[0] ?? []);
  const lines = depths.map((depth, at) => {
    const middle = median(times[at] ?? []);
    return `| ${depth.toLocaleString('en')} | ${middle.toFixed(2)} | ${(middle / first).toFixed(2)} |`;
  });
  process.stdout.write(`\n| row | ms | to row 0 |\n|---|---|---|\n${lines.join('\n')}\n`);
} finally {
  await database.close();
  await setting.stop();
}

/** The place after so many entries, newest first. */
async function cursorAt(depth: number): Promise<string | null> {
  if (depth === 0) return null;
  const [row] = await database.select<{ createdAtMs: number; sequence: number }>(
    'SELECT "createdAtMs", "sequence" FROM "AuditLog" WHERE "ledgerId" = $1 ORDER BY "createdAtMs" DESC, "sequence" DESC LIMIT 1 OFFSET $2',
    [setting.ledgerId, depth],
  );
  return row ? encodeCursor({ ...row, asOf: null }) : null;
}
