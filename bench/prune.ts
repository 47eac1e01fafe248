/**
 * What recording waits for while retention prunes: `npm run bench:prune`, `-- sqlite` or
 * `-- postgres` for one of the two. Rounds with and without a run take turns; p99 of single events.
 */
import process from 'node:process';
import { openDatabase } from '../src/database/open.ts';
import { recordAuditLogs } from '../src/features/audit-log/record-audit-logs.ts';
import { updateOrganization } from '../src/features/organization/update-organization.ts';
import { GENTLE, pruneLog } from '../src/features/retention/prune-due.ts';
import { DAY_MS, systemClock } from '../src/kernel/clock.ts';
import type { OrganizationId } from '../src/kernel/ids.ts';
import { openSystemSession, type Session } from '../src/ledger/session.ts';
import { onBothDatabases } from './both-databases.ts';
import { benchSession, EVENT, median, newOrganizations, rateOf } from './record-setting.ts';

const ENTRIES = 20_000;
const CALL = 1_000;
const CALLERS = 8;
const ROUND_MS = 5_000;
const ROUNDS = 3;
const part = process.argv[2];

await onBothDatabases(part, measure);

async function measure(name: string, url: string): Promise<void> {
  const database = await openDatabase(url);
  const session = await benchSession(database);
  const [id] = await newOrganizations(session, 1);
  if (id === undefined) throw new Error('There is no organization.');
  await fill(session, id);
  const later = () => new Date(systemClock().getTime() + 20 * DAY_MS);
  const operator = openSystemSession(database, later, 'bench');
  await updateOrganization(session, { organizationId: id, settings: { retentionDays: 10 } });
  const [alone, beside]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    alone.push(await p99Of(session, id));
    const stopping = new AbortController();
    const running = pruneLog(operator, id, GENTLE, stopping.signal);
    beside.push(await p99Of(session, id));
    stopping.abort();
    await running;
  }
  const ledger = await session.read.ledger.findUniqueOrThrow({ where: { organizationId: id } });
  await database.close();
  const [one, other] = [median(alone), median(beside)];
  process.stdout.write(
    `${name}: recording p99 ${one.toFixed(1)} ms alone, ${other.toFixed(1)} ms while pruning ` +
      `(${(other / one).toFixed(2)} times); ${ledger.prunedCount} entries pruned in ${(ROUNDS * ROUND_MS) / 1_000} s\n`,
  );
}

async function fill(session: Session, organizationId: OrganizationId): Promise<void> {
  for (let done = 0; done < ENTRIES; done += CALL) {
    const events = Array.from({ length: CALL }, () => EVENT);
    await recordAuditLogs(session, organizationId, events);
  }
}

async function p99Of(session: Session, organizationId: OrganizationId): Promise<number> {
  const waits: number[] = [];
  const call = async () => {
    const begunMs = performance.now();
    await recordAuditLogs(session, organizationId, [EVENT]);
    waits.push(performance.now() - begunMs);
  };
  await rateOf(call, { callers: CALLERS, durationMs: ROUND_MS });
  return waits.toSorted((a, b) => a - b)[Math.floor(waits.length * 0.99)] ?? Number.NaN;
}
