import { byId, filter, list, type NamedCase, organizations } from './bad-input.ts';
import type { Data } from './client.ts';

const PAGES: readonly (readonly [Record<string, Data>, string, RegExp])[] = [
  [{ first: 101 }, 'first', /from 0 to 100; it is 101/],
  [{ last: 101 }, 'last', /from 0 to 100/],
  [{ first: -1 }, 'first', /from 0 to 100; it is -1/],
  [{ last: -1 }, 'last', /from 0 to 100/],
  [{ first: 2, last: 2 }, 'last', /either first or last, not both/],
  [{ first: 1.5 }, 'first', /Int/],
  [{ first: '2' }, 'first', /Int/],
  [{ first: 4_294_967_296 }, 'first', /Int/],
  ...['', 'x', 'Y3Vyc29y', 'MTIuMw==', 'MTIuMw\u0000', 'LTEuLTE', 'é'.repeat(900)].flatMap(
    (cursor) => [
      [{ after: cursor }, 'after', /cursor/] as const,
      [{ before: cursor }, 'before', /cursor/] as const,
    ],
  ),
];

/** One value more than a list may have. */
export const many = Array.from({ length: 101 }, (_, n) => `a.b${n}`);

/** Wrong pages, filters and orders. */
export const onReading: readonly NamedCase[] = [
  ...PAGES.map(
    ([page, at, says]): NamedCase => [
      `a page of the log ${JSON.stringify(page).slice(0, 50)}`,
      list(page, at, says),
    ],
  ),
  ...PAGES.map(
    ([page, at, says]): NamedCase => [
      `a page of organizations ${JSON.stringify(page).slice(0, 50)}`,
      organizations(page, at, says),
    ],
  ),
  [
    'a span that ends before it begins',
    filter(
      { createdAt: { from: '2025-01-02T00:00:00Z', to: '2025-01-01T00:00:00Z' } },
      'filter.createdAt',
      /from must lie before to/,
    ),
  ],
  [
    'a span that is empty',
    filter(
      { createdAt: { from: '2025-01-02T00:00:00Z', to: '2025-01-02T00:00:00Z' } },
      'filter.createdAt',
      /empty/,
    ),
  ],
  ...[
    'yesterday',
    '2025-02-30T00:00:00Z',
    '2025-01-01',
    '2025-01-01T00:00:00',
    '2025-01-01T25:00:00Z',
    '',
  ].map(
    (from): NamedCase => [
      `a time ${JSON.stringify(from)}`,
      filter({ createdAt: { from } }, 'filter.createdAt.from', /DateTime|date-?time|RFC 3339/i),
    ],
  ),
  ...(['actions', 'notActions', 'resourceUIDs'] as const).map(
    (name): NamedCase => [
      `101 ${name}`,
      filter({ [name]: many }, `filter.${name}`, /at most 100 values; it has 101/),
    ],
  ),
  ...(['emails', 'notEmails'] as const).map(
    (name): NamedCase => [
      `101 ${name}`,
      filter({ [name]: many.map((m) => `${m}@x.org`) }, `filter.${name}`, /at most 100 values/),
    ],
  ),
  ['101 scopes', filter({ scopes: many.map(() => 'COST') }, 'filter.scopes', /at most 100 values/)],
  ['an address that is none', filter({ emails: ['nobody'] }, 'filter.emails', /email address/)],
  ...['*', '.*', 'a*', '*.b', 'a.*.b', 'a.**', ''].map(
    (action): NamedCase => [
      `the pattern ${JSON.stringify(action)}`,
      filter({ actions: [action] }, 'filter.actions', /neither an action nor a prefix/),
    ],
  ),
  ['an action with a NUL', filter({ actions: ['a\u0000'] }, 'filter.actions', /U\+0000/)],
  [
    'a resource with half a character',
    filter({ resourceUIDs: ['\ud800'] }, 'filter.resourceUIDs', /lone surrogate/),
  ],
  ['a search with a NUL', filter({ search: 'a\u0000' }, 'filter.search', /U\+0000/)],
  [
    'a search of 1,001 characters',
    filter({ search: 'x'.repeat(1_001) }, 'filter.search', /at most 1000/),
  ],
  [
    'a scope that is misspelt',
    filter({ scopes: ['COSTS'] }, 'filter.scopes.0', /Did you mean.*"COST"/),
  ],
  [
    'a scope in small letters',
    filter({ scopes: ['cost'] }, 'filter.scopes.0', /Did you mean.*"COST"/),
  ],
  [
    'an outcome that is misspelt',
    filter({ outcomes: ['SUCESS'] }, 'filter.outcomes.0', /Did you mean.*"SUCCESS"/),
  ],
  [
    'an actor type that is misspelt',
    filter({ actorTypes: ['USERS'] }, 'filter.actorTypes.0', /Did you mean.*"USER"/),
  ],
  [
    'an order that is misspelt',
    list(
      { orderBy: { field: 'CREATED', direction: 'ASC' } },
      'orderBy.field',
      /Did you mean.*"CREATED_AT"/,
    ),
  ],
  [
    'a filter that is misspelt',
    filter({ action: ['a'] }, 'filter.action', /Did you mean actions\?/),
  ],
  [
    'both id and slug',
    {
      document: '{ organization(id: "org_01h455vb4pex5vsknk084sn02q", slug: "x") { id } }',
      variables: {},
      at: '',
      says: /exactly one of id and slug/,
    },
  ],
  [
    'neither id nor slug',
    {
      document: '{ organization { id } }',
      variables: {},
      at: '',
      says: /exactly one of id and slug/,
    },
  ],
  [
    '101 nodes',
    byId(
      'nodes',
      many.map(() => 'org_01h455vb4pex5vsknk084sn02q'),
      'ids',
      /at most 100 ids/,
    ),
  ],
];
