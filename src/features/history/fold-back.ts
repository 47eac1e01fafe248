import type { AuditChange } from '../../ledger/catalogue.ts';

/** A member of an organization at an instant. */
export interface MemberAt {
  readonly userId: string;
  readonly role: string;
  /** Their address, where it is known. */
  readonly email: string | null;
}

/** What is known of an organization at an instant: facts by their paths, and members by their ids. */
export interface StateAt {
  readonly facts: ReadonlyMap<string, unknown>;
  readonly members: ReadonlyMap<string, MemberAt>;
}

/** What undoing an entry needs to know of it. */
export interface FoldedEntry {
  readonly resourceType: string | null;
  readonly changes: readonly AuditChange[];
  readonly metadata: Readonly<Record<string, unknown>>;
}

const ROLE = /^members\.(usr_[0-9a-z]+)\.role$/;

/**
 * The state before these entries, newest first, were recorded: each of their changes undone. A
 * fact that was absent before is absent from the result.
 */
export function foldBack(state: StateAt, newestFirst: Iterable<FoldedEntry>): StateAt {
  const facts = new Map(state.facts);
  const members = new Map(state.members);
  for (const { resourceType, changes, metadata } of newestFirst) {
    for (const { path, from } of changes.toReversed()) {
      const [, userId] = ROLE.exec(path) ?? [];
      if (userId !== undefined) restoreMember(members, userId, from, metadata['email']);
      else if (resourceType === 'organization') restoreFact(facts, path, from);
    }
  }
  return { facts, members };
}

function restoreMember(
  members: Map<string, MemberAt>,
  userId: string,
  role: unknown,
  told: unknown,
): void {
  if (typeof role !== 'string') {
    members.delete(userId);
    return;
  }
  const email = members.get(userId)?.email ?? (typeof told === 'string' ? told : null);
  members.set(userId, { userId, role, email });
}

function restoreFact(facts: Map<string, unknown>, path: string, from: unknown): void {
  if (from === null && !path.startsWith('settings.')) facts.delete(path);
  else facts.set(path, from);
}
