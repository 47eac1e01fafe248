/**
 * What it takes to erase a person who is in 100,000 entries, and what others wait for meanwhile:
 * `npm run bench:erase`, `-- sqlite` or `-- postgres` for one of the two, `-- sqlite 10000` for
 * another count. It runs as `eraseSubject` does, in the process that also records.
 */
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { openDatabase } from '../src/database/open.ts';
import { recordAuditLogs } from '../src/features/audit-log/record-audit-logs.ts';
import { eraseFrom } from '../src/features/erasure/erase-subject.ts';
import { previewOf } from '../src/features/erasure/preview-erasure.ts';
import { systemClock } from '../src/kernel/clock.ts';
import type { OrganizationId } from '../src/kernel/ids.ts';
import { scrub } from '../src/ledger/erase.ts';
import { openSystemSession, type Session } from '../src/ledger/session.ts';
import { onBothDatabases } from './both-databases.ts';
import { benchSession, EVENT, newOrganizations } from './record-setting.ts';

const CALL = 1_000;
const CALLERS = 8;
const ALONE_MS = 5_000;
const PERSON = 'gone@example.com';
const [part, countText = '100000'] = process.argv.slice(2);
const entryCount = Number(countText);

await onBothDatabases(part, measure);

async function measure(name: string, url: string): Promise<void> {
  const database = await openDatabase(url);
  const session = await benchSession(database);
  const [id] = await newOrganizations(session, 1);
  if (id === undefined) throw new Error('There is no organization.');
  await fill(session, id);
  const operator = openSystemSession(database, systemClock, 'bench');
  const alone = await whileRecording(session, id, () => pause(ALONE_MS));
  const preview = await timed(() => previewOf(operator, id, PERSON));
  const beside = await whileRecording(session, id, () =>
    timed(() => eraseFrom(operator, id, PERSON)),
  );
  const { result, elapsedMs } = beside.result;
  const traces = await timed(() => scrub(operator));
  const left = await previewOf(operator, id, PERSON);
  await database.close();
  process.stdout.write(
    `${name}: ${preview.result.entryCount} entries that name a person: preview ${inSeconds(preview.elapsedMs)}, ` +
      `erased ${result.entryCount} in ${inSeconds(elapsedMs)}, traces removed: ${result.tracesRemoved} ` +
      `(that part once more, alone: ${inSeconds(traces.elapsedMs)}); left ${left.entryCount}\n` +
      `${name}: recording by others: alone ${wordsOf(alone.waits)}; meanwhile ${wordsOf(beside.waits)}\n`,
  );
}

async function fill(session: Session, organizationId: OrganizationId): Promise<void> {
  const event = { ...EVENT, email: PERSON, details: `By ${PERSON}` };
  for (let done = 0; done < entryCount; done += CALL) {
    const count = Math.min(CALL, entryCount - done);
    await recordAuditLogs(
      session,
      organizationId,
      Array.from({ length: count }, () => event),
    );
  }
}

/** Callers who record one event after the other until `work` is done, and how long each waited. */
async function whileRecording<T>(
  session: Session,
  organizationId: OrganizationId,
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly waits: number[] }> {
  const waits: number[] = [];
  let isDone = false;
  const caller = async () => {
    while (!isDone) {
      const begunMs = performance.now();
      await recordAuditLogs(session, organizationId, [EVENT]);
      waits.push(performance.now() - begunMs);
      await pause(10);
    }
  };
  const callers = Array.from({ length: CALLERS }, caller);
  const result = await work();
  isDone = true;
  await Promise.all(callers);
  return { result, waits: waits.toSorted((one, other) => one - other) };
}

async function timed<T>(work: () => Promise<T>) {
  const begunMs = performance.now();
  const result = await work();
  return { result, elapsedMs: performance.now() - begunMs };
}

function inSeconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

function wordsOf(waits: readonly number[]): string {
  return `${waits.length} events, p50 ${at(waits, 0.5)}, p99 ${at(waits, 0.99)}, longest ${at(waits, 1)}`;
}

function at(waits: readonly number[], share: number): string {
  return `${(waits[Math.ceil(share * waits.length) - 1] ?? Number.NaN).toFixed(0)} ms`;
}
