import { type Config, readConfig } from '../config.ts';
import type { Database } from '../database/database.ts';
import { checkGuards } from '../database/guards.ts';
import { pendingMigrations } from '../database/migrations.ts';
import { openDatabase } from '../database/open.ts';
import { checkRoles } from '../database/role-check.ts';
import { examineLog } from '../features/checkpoint/examine-log.ts';
import type { Finding } from '../features/checkpoint/finding.ts';
import { openSigner, type Signer } from '../features/checkpoint/signer.ts';
import type { Clock } from '../kernel/clock.ts';
import type { OrganizationId } from '../kernel/ids.ts';
import { openSystemSession, type Session } from '../ledger/session.ts';
import { namedOrganization } from './named-organization.ts';

/** What to look at. */
export interface DoctorRequest {
  /** Id or slug; null looks at every log. */
  readonly organization: string | null;
  /** Makes every leaf anew from its entry too, which reads all of it. */
  readonly deep: boolean;
}

const MARKS = { sound: 'ok    ', noted: 'note  ', broken: 'BROKEN' };

/**
 * Looks at the installation and at its logs, and says in words what it found and what to do.
 * Changes nothing in the database. The exit code: 0 all sound, 1 something is broken.
 */
export async function runDoctor(
  request: DoctorRequest,
  clock: Clock,
  write: (text: string) => void,
): Promise<number> {
  const config = readConfig();
  const tell = ({ verdict, text }: Finding) => write(`  ${MARKS[verdict]} ${text}\n`);
  write('Installation\n');
  const pending = await pendingMigrations(config.databaseUrl);
  if (pending.length > 0) {
    tell({ verdict: 'broken', text: `migrations lack: ${pending.join(', ')}: npm run migrate` });
    return 1;
  }
  tell({ verdict: 'sound', text: 'every migration is applied' });
  const database = await openDatabase(config.databaseUrl, {
    unsafeDurability: config.unsafeDurability,
  });
  try {
    const findings = [
      durability(config),
      await guards(database),
      ...(await roles(database, config)),
    ];
    for (const finding of findings) tell(finding);
    const session = openSystemSession(database, clock, 'doctor');
    const signer = openSigner(config);
    const ids = await logsOf(session, signer, request.organization);
    for (const id of ids) {
      write(`Log ${id}\n`);
      for (const finding of await examineLog(session, signer, id, request.deep)) {
        tell(finding);
        findings.push(finding);
      }
    }
    const isBroken = findings.some(({ verdict }) => verdict === 'broken');
    write(isBroken ? ADVICE : `All sound: ${ids.length} logs.\n`);
    return isBroken ? 1 : 0;
  } finally {
    await database.close();
  }
}

/** The opening of the database has checked it, and would have failed. */
const durability = ({ unsafeDurability }: Config): Finding =>
  unsafeDurability
    ? { verdict: 'noted', text: 'UNSAFE_DURABILITY is on: acknowledged changes may be lost' }
    : { verdict: 'sound', text: 'acknowledged changes outlive a loss of power' };

const broken = (error: unknown): Finding => ({
  verdict: 'broken',
  text: error instanceof Error ? error.message : String(error),
});

async function guards(database: Database): Promise<Finding> {
  try {
    await checkGuards(database);
    return { verdict: 'sound', text: 'every guard of the log stands' };
  } catch (error) {
    return broken(error);
  }
}

/** On Postgres what the start checks of the server's role; SQLite has none. */
async function roles(database: Database, { requireRoles }: Config): Promise<Finding[]> {
  if (database.provider === 'sqlite') return [];
  try {
    const warning = await checkRoles(database, requireRoles);
    return warning === null
      ? [{ verdict: 'sound', text: 'the role of the server cannot get around the guards' }]
      : [{ verdict: 'noted', text: warning }];
  } catch (error) {
    return [broken(error)];
  }
}

/** The logs to look at: also those of which only a checkpoint is left. */
async function logsOf(
  session: Session,
  { kept }: Signer,
  organization: string | null,
): Promise<OrganizationId[]> {
  if (organization !== null) return [(await namedOrganization(session, organization)).id];
  const ledgers = await session.read.ledger.findMany({ select: { organizationId: true } });
  const ids = ledgers.map(({ organizationId }) => organizationId as OrganizationId);
  return [...new Set([...ids, ...(await kept.organizations())])].sort();
}

const ADVICE = `
Something is broken. Reading and recording go on; nothing is signed of a log that forked.
- LOG_FORKED after a backup was put back: entries after the backup are lost. If there is a newer
  copy of the database, put that back instead. If not, acknowledge it, which is recorded in the log:
  npm run acknowledge-fork -- --organization ID --reason "why"
- LOG_FORKED without such a cause: somebody rewrote the log. Keep the database, DATA_DIR and the
  checkpoints as evidence, and compare with copies that others keep.
- An entry is altered or missing, or the leaves do not lead to the head: put back a copy of the
  database that is sound; what an auditor holds in exports proves what stood there.
`;
