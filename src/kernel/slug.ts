export const SLUG_MIN_CHARACTERS = 2;
/** As long as a DNS label, so that a slug may become a host name. */
export const SLUG_MAX_CHARACTERS = 63;

const SLUG = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

/** Words that are, or may become, parts of our own addresses. */
const RESERVED: ReadonlySet<string> = new Set(
  (
    'about account accounts admin administrator api app assets audit auth billing blog callback ' +
    'config console current dashboard demo docs download edit export graphiql graphql health help ' +
    'import internal invitation invitations invite login logout me metrics new null oauth ' +
    'organisation organisations organization organizations orgs orgtrail page pages ping privacy ' +
    'public ready register root schema search security settings signin signout signup static status ' +
    'support system team teams terms tlog token undefined user users verify webhook webhooks www'
  ).split(' '),
);

/** Whether a slug is kept for our own addresses. */
export const isReservedSlug = (slug: string): boolean => RESERVED.has(slug);

/** Why a slug is refused, or null: 2 to 63 of a-z, 0-9 and single inner hyphens, not reserved. */
export function slugProblem(slug: string): string | null {
  if (slug.length < SLUG_MIN_CHARACTERS || slug.length > SLUG_MAX_CHARACTERS) {
    return `Must have from ${SLUG_MIN_CHARACTERS} to ${SLUG_MAX_CHARACTERS} characters.`;
  }
  if (!SLUG.test(slug)) {
    return 'Must consist of a-z, 0-9 and single hyphens, and neither begin nor end with a hyphen.';
  }
  return isReservedSlug(slug) ? `The slug ${slug} is reserved.` : null;
}

/** Leaves room for a suffix such as `-2` or `-x7k2` when the slug is taken. */
const DERIVED_CHARACTERS = 48;

/** Latin letters that NFKD does not take apart. */
const LATIN: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ł: 'l',
  ħ: 'h',
  ŧ: 't',
  þ: 'th',
  ı: 'i',
};

/**
 * A slug made from a name; `slugProblem` finds nothing wrong with it, whatever the name.
 * A name without a Latin letter or a digit gives `my-organization`.
 */
export function slugFrom(name: string): string {
  const words = name
    .slice(0, 1_000)
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[\p{M}'’]/gu, '')
    .toLowerCase()
    .replace(/[^\0-\x7f]/gu, (letter) => LATIN[letter] ?? ' ')
    .replace(/[^a-z0-9]+/g, '-');
  const slug = words.replace(/^-/, '').slice(0, DERIVED_CHARACTERS).replace(/-$/, '');
  if (slug === '') return 'my-organization';
  return slugProblem(slug) === null ? slug : `${slug}-organization`;
}
