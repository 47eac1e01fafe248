import { NotFoundError } from '../../kernel/errors.ts';
import type { OrganizationId } from '../../kernel/ids.ts';
import { refuse } from '../../kernel/problems.ts';
import type { Role } from '../../kernel/vocabulary.ts';
import { authorize } from '../../ledger/authorize.ts';
import { type AuditChange, CATALOGUE } from '../../ledger/catalogue.ts';
import { NO_CHANGES } from '../../ledger/entry-body.ts';
import type { Session } from '../../ledger/session.ts';
import { organizationIdProblem } from '../organization/organization.ts';
import { DEFAULT_SETTINGS, type OrganizationSettings } from '../organization/settings.ts';
import { type FoldedEntry, foldBack, type MemberAt } from './fold-back.ts';
import { presentState } from './present-state.ts';

/** An organization as it was at an instant. */
export interface OrganizationAt {
  readonly organizationId: OrganizationId;
  readonly at: Date;
  readonly name: string;
  readonly slug: string;
  readonly settings: OrganizationSettings;
  readonly metadata: Record<string, unknown>;
  /** By the ids of their accounts. */
  readonly members: readonly (MemberAt & { readonly role: Role })[];
}

/**
 * An organization as it was at an instant, after every entry recorded until then: the present one
 * with all later changes undone. Null when it did not exist yet.
 * @throws InvalidInputError a malformed id, the instant lies ahead, or entries since were pruned
 * @throws NotFoundError | ForbiddenError as `authorize` with auditLog:read
 */
export async function organizationAt(
  session: Session,
  { id, at }: { readonly id: string; readonly at: Date },
): Promise<OrganizationAt | null> {
  refuse(
    ['id', organizationIdProblem(id)],
    ['at', at > session.clock() ? 'Must not lie in the future.' : null],
  );
  const organizationId = id as OrganizationId;
  await authorize(session, organizationId, 'auditLog:read');
  const present = await presentState(session, organizationId);
  if (!present) throw new NotFoundError('Organization', id);
  const { ledger, state } = present;
  refuse(['at', await prunedProblem(session, ledger.id, at)]);
  const { facts, members } = foldBack(state, await entriesAfter(session, ledger, at));
  const name = facts.get('name');
  if (typeof name !== 'string') return null;
  const settings = Object.keys(DEFAULT_SETTINGS).map((key) => [key, facts.get(`settings.${key}`)]);
  return {
    organizationId,
    at,
    name,
    slug: String(facts.get('slug')),
    settings: Object.fromEntries(settings) as unknown as OrganizationSettings,
    metadata: (facts.get('metadata') ?? {}) as Record<string, unknown>,
    members: [...members.values()]
      .map((member) => ({ ...member, role: member.role as Role }))
      .sort((a, b) => (a.userId < b.userId ? -1 : 1)),
  };
}

/** As far as a log was read. */
interface ReadLedger {
  readonly id: number;
  readonly size: number;
}

/** Every entry that the server records is of this scope. */
const RUNS = `SELECT "metadata" FROM "AuditLog" WHERE "ledgerId" = $1
  AND "scope" = 'PLATFORM' AND "action" = 'auditLog.pruningStarted' AND "origin" = 'SERVER' ORDER BY "createdAtMs" DESC`;

/** What runs of retention that are told of may have taken: entries stored before their cutoffs. */
async function prunedProblem(session: Session, ledgerId: number, at: Date): Promise<string | null> {
  const runs = await session.select<{ metadata: string }>(RUNS, [ledgerId]);
  const isPruned = runs.some(({ metadata }) => {
    const { cutoffs } = JSON.parse(metadata) as { cutoffs?: { PLATFORM?: string } };
    return cutoffs?.PLATFORM !== undefined && at < new Date(cutoffs.PLATFORM);
  });
  return isPruned ? 'Entries from before then were pruned.' : null;
}

const ENTRIES_READ = 1_000;

/** Only these can tell of changes that the server made; the index on actions finds them. */
const ACTIONS = Object.keys(CATALOGUE);

interface EntryRow {
  readonly sequence: number | bigint;
  readonly resourceType: string | null;
  readonly changes: string | null;
  readonly metadata: string;
}

/** The server's own entries recorded after an instant, newest first. */
async function entriesAfter(
  session: Session,
  { id, size }: ReadLedger,
  at: Date,
): Promise<FoldedEntry[]> {
  const entries: FoldedEntry[] = [];
  const places = ACTIONS.map((_, index) => `$${index + 4}`).join(', ');
  // A server's entry occurred when it was recorded: createdAtMs is recordedAtMs, and is indexed.
  // Found first, ordered then: the log's own order would be walked through all of it.
  const text = `WITH "found" AS MATERIALIZED (
SELECT "sequence", "resourceType", "changes", "metadata" FROM "AuditLog" WHERE "ledgerId" = $1 AND "createdAtMs" > $2 AND "sequence" <= $3 AND "scope" = 'PLATFORM' AND "action" IN (${places}) AND "origin" = 'SERVER'
) SELECT * FROM "found" ORDER BY "sequence" DESC LIMIT ${ENTRIES_READ}`;
  let last = size;
  for (;;) {
    const rows = await session.select<EntryRow>(text, [id, at.getTime(), last, ...ACTIONS]);
    for (const { resourceType, changes, metadata } of rows) {
      entries.push({
        resourceType,
        changes: JSON.parse(changes ?? NO_CHANGES) as AuditChange[],
        metadata: JSON.parse(metadata) as Record<string, unknown>,
      });
    }
    const oldest = rows.at(-1);
    if (rows.length < ENTRIES_READ || !oldest) return entries;
    last = Number(oldest.sequence) - 1;
  }
}
