import type { Bindings } from '../../database/bindings.ts';
import { SECOND_MS } from '../../kernel/clock.ts';
import type { OrganizationId } from '../../kernel/ids.ts';
import { type HeadInSql, type LogStatement, logStatement } from '../../ledger/log-statement.ts';
import type { Session } from '../../ledger/session.ts';
import type { Choice } from './choose-path.ts';
import { extentOf } from './extent.ts';
import { type PageWanted, pageAlong, rowsOf } from './read-page.ts';
import { isRolledUp, rolledUpCount } from './rolled-up-count.ts';

/** How long a path is taken to be the cheapest still: a log changes little meanwhile. */
const REMEMBERED_MS = 10 * SECOND_MS;
const MOST = 1_000;

interface Remembered extends Choice {
  readonly untilMs: number;
  /** The statement of the first page that was made of it last, and for whom and what. */
  latest: { readonly key: string; readonly statement: LogStatement } | null;
}

const known = new Map<string, Remembered>();

/** A page by a path that is known. */
export interface RememberedPage {
  readonly choice: Choice;
  readonly statement: LogStatement;
}

/**
 * The statement of a page by the path by which such a page was read before, with the total as its
 * number where it is wanted and roll-ups know it; null when a path must be chosen. Any path leads to
 * the same entries: this saves asking for the cheapest. `asOf` is the last sequence of the snapshot;
 * null = the log's last.
 */
export function rememberedPage(
  session: Session,
  organizationId: OrganizationId,
  wanted: PageWanted,
  asOf: number | null,
): RememberedPage | null {
  const choice = known.get(keyOf(organizationId, wanted));
  if (!choice || choice.untilMs <= session.clock().getTime()) return null;
  if (asOf === null && isBeginning(wanted)) {
    const { columns, paging, skip, isCounted } = wanted;
    const key = `${session.actor.type} ${paging.limit} ${skip} ${isCounted} ${columns}`;
    if (choice.latest?.key !== key) {
      choice.latest = { key, statement: statementOf(session, choice, wanted, null) };
    }
    return { choice, statement: choice.latest.statement };
  }
  return choice.lasts === 'everywhere' || isBeginning(wanted)
    ? { choice, statement: statementOf(session, choice, wanted, asOf) }
    : null;
}

function statementOf(
  session: Session,
  choice: Choice,
  wanted: PageWanted,
  asOf: number | null,
): LogStatement {
  const { criteria, isCounted } = wanted;
  const beyondOf = ({ next }: HeadInSql) => (asOf === null ? next : asOf + 1);
  const total = (head: HeadInSql, bindings: Bindings): string => {
    const { ledgerId } = head;
    const extent = extentOf(ledgerId, beyondOf(head), criteria);
    const last = asOf ?? { sql: `(${bindings.bind(head.next)} - 1)` };
    return rolledUpCount({ ledgerId, asOf: last, extent, criteria }, bindings);
  };
  return logStatement(session, {
    names: rowsOf(wanted).columns,
    entries: (head, bindings) =>
      pageAlong(choice, { ledgerId: head.ledgerId, beyond: beyondOf(head) }, wanted, bindings),
    number: isCounted && criteria.length > 0 && isRolledUp(criteria) ? total : null,
  });
}

/** Keeps a path for as long as it lasts. */
export function rememberPath(
  { clock }: Session,
  organizationId: OrganizationId,
  wanted: PageWanted,
  choice: Choice,
): void {
  if (choice.lasts === 'never' || (choice.lasts !== 'everywhere' && !isBeginning(wanted))) return;
  const key = keyOf(organizationId, wanted);
  known.delete(key);
  const untilMs = clock().getTime() + REMEMBERED_MS;
  known.set(key, { ...choice, untilMs, latest: null });
  // The one that was chosen first: a Map keeps its order of insertion.
  if (known.size > MOST) known.delete(known.keys().next().value ?? '');
}

const isBeginning = ({ paging: { after, before } }: PageWanted): boolean => !after && !before;

const keyOf = (organizationId: OrganizationId, { criteria, order, paging }: PageWanted): string =>
  JSON.stringify([organizationId, order, paging.backward, criteria]);
