import { SECOND_MS } from '../../kernel/clock.ts';
import type { OrganizationId } from '../../kernel/ids.ts';
import type { Session } from '../../ledger/session.ts';
import type { AccessPath } from './access-path.ts';
import type { Choice } from './choose-path.ts';
import type { PageWanted } from './read-page.ts';

/** How long a path is taken to be the cheapest still: a log changes little meanwhile. */
const REMEMBERED_MS = 10 * SECOND_MS;
const MOST = 1_000;

interface Remembered extends Choice {
  readonly untilMs: number;
}

const known = new Map<string, Remembered>();

/**
 * The path by which such a page was read before; null when it must be chosen. Any path leads to the
 * same entries: this saves asking for the cheapest.
 */
export function rememberedPath(
  { clock }: Session,
  organizationId: OrganizationId,
  wanted: PageWanted,
): AccessPath | null {
  const choice = known.get(keyOf(organizationId, wanted));
  if (!choice || choice.untilMs <= clock().getTime()) return null;
  return choice.lasts === 'everywhere' || isBeginning(wanted) ? choice.path : null;
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
  known.set(key, { ...choice, untilMs: clock().getTime() + REMEMBERED_MS });
  // The one that was chosen first: a Map keeps its order of insertion.
  if (known.size > MOST) known.delete(known.keys().next().value ?? '');
}

const isBeginning = ({ paging: { after, before } }: PageWanted): boolean => !after && !before;

const keyOf = (organizationId: OrganizationId, { criteria, order, paging }: PageWanted): string =>
  JSON.stringify([organizationId, order, paging.backward, criteria]);
