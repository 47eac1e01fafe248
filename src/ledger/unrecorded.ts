import type { Database, Transaction } from '../database/database.ts';
import { type Session, WRITE } from './session.ts';

/** Why a write leaves no entry: the complete list. */
type Reason =
  /** It changes only what its owner sees, in no organization. */
  | 'a personal preference'
  /** An account belongs to no organization, so no log could hold it. */
  | 'an account outside any organization'
  /** Its invitation is recorded; whether and how often a server was asked to take a mail is not. */
  | 'the delivery of a mail'
  /** It says nothing that the entries do not say. */
  | 'a cache of what the log says'
  /** An entry about it would change what it is about. */
  | 'a signed statement of the log'
  /** Recording each use would double the log. */
  | 'the last use of a credential';

/**
 * Writes what belongs in no organization's log, and says why. Everything else goes through `change`.
 */
export const unrecorded = <T>(
  session: Session,
  _reason: Reason,
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> => session[WRITE](work);

/** The same before there is a session: while the caller is being identified. */
export const unrecordedBeforeSession = <T>(
  database: Database,
  _reason: Reason,
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> => database.write(work);
