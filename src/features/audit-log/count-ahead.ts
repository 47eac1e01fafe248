import type { OrganizationId } from '../../kernel/ids.ts';
import { logStatement, readWithStanding } from '../../ledger/log-statement.ts';
import type { Session } from '../../ledger/session.ts';
import type { LogHead } from '../../ledger/standing.ts';
import { isImpossible } from './access-path.ts';
import { extentOf } from './extent.ts';
import type { Criteria } from './filter.ts';
import {
  countIn,
  isRolledUp,
  ROLLED_UP,
  type RolledUpCount,
  rolledUpCount,
} from './rolled-up-count.ts';

/**
 * What the roll-ups say of the snapshot that the page turned out to be of: null when they do not
 * answer, undefined when another snapshot was counted, as where entries were recorded meanwhile.
 */
export type CountAhead = (head: LogHead, asOf: number) => Promise<number | null | undefined>;

/**
 * Begins to count from the roll-ups beside a page whose log and snapshot are not known yet: the
 * statement finds them itself, and finds nothing for who has no standing. Who may read is for the
 * page to say: only then may the count be asked for. `asOf` is the last sequence of the snapshot;
 * null = the log's last. Null where nothing is won: on SQLite no statement runs beside another.
 */
export function countAhead(
  session: Session,
  organizationId: OrganizationId,
  criteria: readonly Criteria[],
  asOf: number | null,
): CountAhead | null {
  const isAnswered = criteria.length > 0 && isRolledUp(criteria) && !isImpossible(criteria);
  if (session.provider === 'sqlite' || !isAnswered) return null;
  const statement = logStatement(session, ROLLED_UP, ({ ledgerId, next }, bindings) => {
    const beyond = asOf === null ? next : asOf + 1;
    const last = asOf ?? { sql: `(${bindings.bind(next)} - 1)` };
    const extent = extentOf(ledgerId, beyond, criteria);
    return rolledUpCount({ ledgerId, asOf: last, extent, criteria }, bindings);
  });
  const reading = readWithStanding<RolledUpCount>(session, organizationId, statement);
  // A page that is refused, or fails, asks for no count.
  reading.catch(() => undefined);
  return async (head, pageAsOf) => {
    const own = await reading;
    const isSame = own.head?.ledgerId === head.ledgerId && (asOf ?? own.head.size) === pageAsOf;
    return isSame ? countIn(own.rows) : undefined;
  };
}
