import type { Session } from './session.ts';
import type { LogHead } from './standing.ts';

/**
 * The same session, whose `select` reads a log from the replica where that has all that the primary
 * said of it in `head`; else from the primary. So a replica that lags shows nobody an older state.
 */
export async function onReplica(session: Session, head: LogHead): Promise<Session> {
  const { replica } = session;
  return replica && (await replica.holds(head)) ? { ...session, select: replica.select } : session;
}
