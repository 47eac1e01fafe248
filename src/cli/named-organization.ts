import { isId, type OrganizationId } from '../kernel/ids.ts';
import { editDistance } from '../kernel/nearest.ts';
import type { Session } from '../ledger/session.ts';

/** An organization that was named at the command line. */
export interface NamedOrganization {
  readonly id: OrganizationId;
  /** How to speak of it: its slug; its id once purged. */
  readonly label: string;
  readonly isPurged: boolean;
}

/**
 * The organization with this id or slug; also a purged one, by its id, since its log stays.
 * @throws Error there is none; names the nearest slugs
 */
export async function namedOrganization(
  { read }: Session,
  text: string,
): Promise<NamedOrganization> {
  const select = { id: true, slug: true };
  const row = await read.organization.findUnique({
    where: isId('org', text) ? { id: text } : { slug: text },
    select,
  });
  if (row) return { id: row.id as OrganizationId, label: row.slug, isPurged: false };
  if (isId('org', text) && (await read.ledger.count({ where: { organizationId: text } })) > 0) {
    return { id: text, label: text, isPurged: true };
  }
  throw new Error(await unknown(read, text));
}

const MOST_SLUGS = 20_000;
const NAMED_SLUGS = 5;
const LONGEST_SLUG = 64;

async function unknown(read: Session['read'], text: string): Promise<string> {
  const wanted = text.slice(0, LONGEST_SLUG).toLowerCase();
  const purged = await read.tombstone.findFirst({
    where: { slug: wanted },
    orderBy: { purgedAt: 'desc' },
  });
  const rows = await read.organization.findMany({ select: { slug: true }, take: MOST_SLUGS });
  const slugs = rows
    .map(({ slug }) => ({ slug, distance: editDistance(wanted, slug) }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, NAMED_SLUGS)
    .map(({ slug }) => slug);
  return [
    `There is no organization with the id or slug ${JSON.stringify(text.slice(0, 100))}.`,
    purged ? `One with this slug was purged: its id is ${purged.organizationId}.` : '',
    slugs.length === 0 ? 'None exists yet: create one first.' : `Nearest: ${slugs.join(', ')}.`,
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
}
