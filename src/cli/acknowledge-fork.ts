import type { Config } from '../config.ts';
import type { Database } from '../database/database.ts';
import { acknowledgeFork } from '../features/checkpoint/acknowledge-fork.ts';
import { openSigner } from '../features/checkpoint/signer.ts';
import type { Clock } from '../kernel/clock.ts';
import { openSystemSession } from '../ledger/session.ts';
import { namedOrganization } from './named-organization.ts';

/** Lets a log that was put back be signed again, and says in words what was done. */
export async function runAcknowledgeFork(
  database: Database,
  config: Config,
  clock: Clock,
  { organization, reason }: { readonly organization: string; readonly reason: string },
): Promise<string> {
  const session = openSystemSession(database, clock, 'doctor');
  const { id } = await namedOrganization(session, organization);
  const { checkpoint, putAside } = await acknowledgeFork(session, openSigner(config), id, reason);
  const kept = putAside ? ` What was signed before is kept in ${putAside}.` : '';
  return `Recorded, and signed anew at ${checkpoint.size} entries.${kept} Tell those who hold older checkpoints: they will not fit.`;
}
