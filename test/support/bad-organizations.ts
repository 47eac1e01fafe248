import { create, createKey, type NamedCase, remove, update } from './bad-input.ts';
import { METADATA, NAMES, SLUGS } from './bad-values.ts';

/** Wrong input about organizations; `id` is one of the caller's, named Given. */
export const onOrganizations = (id: string): NamedCase[] => [
  ...NAMES.map(
    ([what, name, says]): NamedCase => [`a name ${what}`, create({ name }, 'name', says)],
  ),
  ...NAMES.map(
    ([what, name, says]): NamedCase => [
      `a new name ${what}`,
      update({ organizationId: id, name }, 'name', says),
    ],
  ),
  ...SLUGS.map(
    ([what, slug]): NamedCase => [
      `a slug ${what}`,
      create({ name: 'A', slug }, 'slug', /Must|reserved/),
    ],
  ),
  ...SLUGS.map(
    ([what, slug]): NamedCase => [
      `a new slug ${what}`,
      update({ organizationId: id, slug }, 'slug', /Must|reserved/),
    ],
  ),
  ...METADATA.map(
    ([what, metadata, at, says]): NamedCase => [
      `metadata that are ${what}`,
      create({ name: 'A', metadata }, at, says),
    ],
  ),
  ...METADATA.map(
    ([what, metadata, at, says]): NamedCase => [
      `new metadata that are ${what}`,
      update({ organizationId: id, metadata }, at, says),
    ],
  ),
  [
    'metadata of more than 16 KiB',
    create({ name: 'A', metadata: { a: 'é'.repeat(8_190) } }, 'metadata', /at most 16384 bytes/),
  ],
  ['no name', create({}, 'name', /was not provided/)],
  ['a name that is a number', create({ name: 5 }, 'name', /String/)],
  ['a name that is null', create({ name: null }, 'name', /not to be null/)],
  [
    'a key that is misspelt',
    create({ name: 'A', slugs: 'x' }, 'input.slugs', /Did you mean slug\?/),
  ],
  [
    'a time zone that is none',
    create(
      { name: 'A', settings: { timezone: 'Mars/Olympus' } },
      'settings.timezone',
      /IANA|time zone/i,
    ),
  ],
  ...[0, -1, 36_501].map(
    (retentionDays): NamedCase => [
      `a retention of ${retentionDays} days`,
      create(
        { name: 'A', settings: { retentionDays } },
        'settings.retentionDays',
        /from 1 to 36500/,
      ),
    ],
  ),
  [
    'a retention of 1.5 days',
    create({ name: 'A', settings: { retentionDays: 1.5 } }, 'settings.retentionDays', /Int/),
  ],
  [
    'an update with nothing in it',
    update({ organizationId: id }, '', /at least one of name, slug/),
  ],
  [
    'an update of empty settings',
    update({ organizationId: id, settings: {} }, '', /at least one of/),
  ],
  ['an update that clears the name', update({ organizationId: id, name: null }, 'name', /cleared/)],
  ['an update that clears the slug', update({ organizationId: id, slug: null }, 'slug', /cleared/)],
  [
    'a grace of -1 days',
    remove({ organizationId: id, confirmName: 'Given', graceDays: -1 }, 'graceDays', /from 0/),
  ],
  [
    'a grace of 366 days',
    remove({ organizationId: id, confirmName: 'Given', graceDays: 366 }, 'graceDays', /365/),
  ],
  [
    'a name that does not confirm',
    remove({ organizationId: id, confirmName: 'given' }, 'confirmName', /exactly/),
  ],
];

/** Wrong input about API keys. */
export const onKeys: readonly NamedCase[] = [
  ...NAMES.map(
    ([what, name, says]): NamedCase => [
      `a key’s name ${what}`,
      createKey({ name, permissions: ['auditLog:read'] }, 'name', says),
    ],
  ),
  [
    'no permissions',
    createKey({ name: 'A', permissions: [] }, 'permissions', /at least one of organization:read/),
  ],
  [
    'a permission that is misspelt',
    createKey(
      { name: 'A', permissions: ['auditLog:reed'] },
      'permissions',
      /did you mean auditLog:read\?/i,
    ),
  ],
  [
    'a permission that is unlike any',
    createKey(
      { name: 'A', permissions: ['everything'] },
      'permissions',
      /choose from organization:read/,
    ),
  ],
  [
    'a permission that no key may have',
    createKey(
      { name: 'A', permissions: ['apiKey:manage'] },
      'permissions',
      /cannot have the permission/,
    ),
  ],
  [
    'an end that has passed',
    createKey(
      { name: 'A', permissions: ['auditLog:read'], expiresAt: '2020-01-01T00:00:00Z' },
      'expiresAt',
      /future/,
    ),
  ],
  [
    'an end beyond the year 9999',
    createKey(
      { name: 'A', permissions: ['auditLog:read'], expiresAt: 8.64e15 },
      'expiresAt',
      /year|DateTime|string/i,
    ),
  ],
  [
    'a scope that is misspelt',
    createKey(
      { name: 'A', permissions: ['auditLog:record'], scopes: ['PLATFROM'] },
      'scopes.0',
      /Did you mean.*"PLATFORM"/,
    ),
  ],
];
