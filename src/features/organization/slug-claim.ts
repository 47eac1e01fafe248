import { randomBytes } from 'node:crypto';
import type { Reader, Transaction } from '../../database/database.ts';
import { isDuplicate } from '../../database/unique.ts';
import { DomainError } from '../../kernel/errors.ts';
import { slugFrom, slugProblem } from '../../kernel/slug.ts';
import type { Session } from '../../ledger/session.ts';

/** Another organization has this slug, or had it until less than 90 days ago. */
export class SlugTakenError extends DomainError {
  readonly code = 'SLUG_TAKEN';
  readonly slug: string;
  constructor(slug: string) {
    super(`The slug ${slug} is taken.`);
    this.slug = slug;
  }
}

type Source = Pick<Reader | Transaction, 'organization' | 'tombstone'>;

/** How often a derived slug may lose a race before the last refusal is passed on. */
const DERIVED_ATTEMPTS = 5;

/** @throws SlugTakenError when an organization other than `holderId` has it, or it is reserved */
export async function assertSlugFree(
  source: Source,
  slug: string,
  now: Date,
  holderId?: string,
): Promise<void> {
  const holder = await source.organization.findUnique({ where: { slug }, select: { id: true } });
  const reservation = await source.tombstone.findFirst({
    where: { slug, slugReservedUntil: { gt: now } },
    select: { organizationId: true },
  });
  if ((holder && holder.id !== holderId) || reservation) throw new SlugTakenError(slug);
}

/** Whether an organization could take this slug now; false also for one that breaks the rules. */
export async function slugAvailable(session: Session, slug: string): Promise<boolean> {
  if (slugProblem(slug)) return false;
  try {
    await assertSlugFree(session.read, slug, session.clock());
    return true;
  } catch (error) {
    if (error instanceof SlugTakenError) return false;
    throw error;
  }
}

/**
 * Runs `claim` with the slug asked for, or else with slugs derived from the name until one is free.
 * @throws SlugTakenError the slug that was asked for is taken
 */
export async function claimingSlug<T>(
  { slug, name }: { slug?: string | null | undefined; name: string },
  claim: (slug: string) => Promise<T>,
): Promise<T> {
  if (slug != null) return claimed(slug, claim);
  const derived = slugFrom(name);
  const candidates = [
    derived,
    ...Array.from({ length: DERIVED_ATTEMPTS }, () => suffixed(derived)),
  ];
  for (const candidate of candidates.slice(0, -1)) {
    try {
      return await claimed(candidate, claim);
    } catch (error) {
      if (!(error instanceof SlugTakenError)) throw error;
    }
  }
  return claimed(candidates.at(-1) ?? derived, claim);
}

/** Runs `claim`; a race for the slug that the database decided is a refusal like any other. */
async function claimed<T>(slug: string, claim: (slug: string) => Promise<T>): Promise<T> {
  try {
    return await claim(slug);
  } catch (error) {
    throw isDuplicate(error) ? new SlugTakenError(slug) : error;
  }
}

const suffixed = (slug: string): string =>
  `${slug.slice(0, 50).replace(/-+$/, '')}-${randomBytes(3).toString('hex')}`;
