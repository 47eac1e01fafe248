/**
 * What an export of many entries costs in memory: `npm run bench:export`, `-- sqlite` or
 * `-- postgres` for one of the two, `-- sqlite 100000` for another count than a million.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../src/database/database.ts';
import { openDatabase } from '../src/database/open.ts';
import { exportAuditLogs } from '../src/features/audit-log/export-audit-logs.ts';
import { EXPORT_FORMATS, type ExportFormat } from '../src/features/audit-log/export-format.ts';
import { recordAuditLogs } from '../src/features/audit-log/record-audit-logs.ts';
import { userOf } from '../src/features/identity/user.ts';
import { createOrganization } from '../src/features/organization/create-organization.ts';
import { selectedOrganizationId } from '../src/features/organization/current-organization.ts';
import { keepHeapSmall } from '../src/heap.ts';
import { systemClock } from '../src/kernel/clock.ts';
import type { OrganizationId } from '../src/kernel/ids.ts';
import { openSession, type Session } from '../src/ledger/session.ts';
import { onBothDatabases } from './both-databases.ts';

const MEBIBYTE = 1024 * 1024;
const CALL = 1_000;
const [part, countText = '1000000', target = ''] = process.argv.slice(2);
const entryCount = Number(countText);

keepHeapSmall();

if (part === 'fill') {
  await fill(target);
  process.exit();
}
await onBothDatabases(part, measure);

/** Filled by another process, so that what the filling left in memory hides nothing. */
async function measure(name: string, url: string): Promise<void> {
  execFileSync(process.execPath, [import.meta.filename, 'fill', countText, url]);
  const database = await openDatabase(url);
  const session = await sessionOn(database);
  const id = await selectedOrganizationId(session);
  for (const format of EXPORT_FORMATS) await exportAll(session, id, name, format);
  await database.close();
}

async function sessionOn(database: Database): Promise<Session> {
  const claims = { subject: 'bench', email: 'bench@example.com', name: null };
  return openSession(database, systemClock, await userOf(database, systemClock, claims));
}

/** Events of about a kilobyte. */
async function fill(url: string): Promise<void> {
  const database = await openDatabase(url);
  const session = await sessionOn(database);
  const { id } = await createOrganization(session, { name: 'Bench' });
  for (let done = 0; done < entryCount; done += CALL) {
    const events = Array.from({ length: Math.min(CALL, entryCount - done) }, (_, n) => ({
      scope: 'COST' as const,
      action: 'report.generated',
      resourceUID: `rep_${done + n}`,
      details: `Report ${done + n}: ${'=+-@ äöü "quoted" '.repeat(20)}`,
      metadata: {
        digest: createHash('sha512')
          .update(`${done + n}`)
          .digest('hex'),
        n,
      },
    }));
    await recordAuditLogs(session, id as OrganizationId, events);
  }
  await database.close();
}

async function exportAll(
  session: Session,
  id: OrganizationId,
  name: string,
  format: ExportFormat,
): Promise<void> {
  const before = await settledBytes();
  let most = before;
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss);
  }, 20);
  const startedAtMs = performance.now();
  const { parts } = await exportAuditLogs(session, id, { format });
  let written = 0;
  let count = 0;
  for await (const one of parts) {
    written += one.bytes.byteLength;
    count = one.count;
  }
  clearInterval(watch);
  const seconds = (performance.now() - startedAtMs) / 1_000;
  process.stdout.write(
    `${name} ${format}: ${count} entries, ${Math.round(written / MEBIBYTE)} MiB, ${seconds.toFixed(1)} s, ` +
      `${Math.round(count / seconds)} entries/s, memory growth ${Math.round((most - before) / MEBIBYTE)} MiB\n`,
  );
}

async function settledBytes(): Promise<number> {
  await sleep(500);
  globalThis.gc?.();
  await sleep(500);
  return process.memoryUsage().rss;
}
