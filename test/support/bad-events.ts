import { type NamedCase, nested, recordAll, recordOne } from './bad-input.ts';
import { EMPTY, METADATA } from './bad-values.ts';

/** Wrong events; `inFuture` gives an instant so many minutes ahead. */
export const onEvents = (inFuture: (minutes: number) => string): NamedCase[] => [
  ['no events', recordAll({ events: [] }, 'events', /from 1 to 1000 events; there are 0/)],
  [
    '1,001 events',
    recordAll(
      { events: Array.from({ length: 1_001 }, () => ({ scope: 'COST', action: 'a.b' })) },
      'events',
      /from 1 to 1000 events; there are 1001/,
    ),
  ],
  ['an empty action', recordOne({ action: '' }, 'action', EMPTY)],
  ['a blank action', recordOne({ action: ' ' }, 'action', /Must be an action/)],
  ['an action with a star', recordOne({ action: 'a.*' }, 'action', /Must be an action/)],
  [
    'an action of 201 letters',
    recordOne({ action: 'a'.repeat(201) }, 'action', /at most 200 characters; it has 201/),
  ],
  ['an action with a NUL', recordOne({ action: 'a\u0000' }, 'action', /U\+0000|Must be an action/)],
  ['an unknown action without scope', recordOne({ scope: null }, 'scope', /not in the catalogue/)],
  [
    'a known action of another scope',
    recordOne({ action: 'organization.created' }, 'scope', /says PLATFORM/),
  ],
  [
    'a scope that is misspelt',
    recordOne({ scope: 'SCHEDULE' }, 'events.0.scope', /Did you mean.*"SCHEDULING"/),
  ],
  [
    'an outcome that is misspelt',
    recordOne({ outcome: 'FAILED' }, 'events.0.outcome', /Did you mean.*"FAILURE"/),
  ],
  [
    'an actor type that is misspelt',
    recordOne({ actor: { type: 'SERVER' } }, 'events.0.actor.type', /Did you mean.*"SERVICE"/),
  ],
  ['an address that is none', recordOne({ email: 'a@' }, 'email', /email address/)],
  [
    'an address of 255 characters',
    recordOne({ email: `${'a'.repeat(243)}@example.com` }, 'email', /at most 254/),
  ],
  ['an IP that is none', recordOne({ ip: '300.1.1.1' }, 'ip', /IPv4 or IPv6/)],
  ['a network for an IP', recordOne({ ip: '10.0.0.0/8' }, 'ip', /IPv4 or IPv6/)],
  [
    'a time 6 minutes ahead',
    recordOne({ createdAt: inFuture(6) }, 'createdAt', /more than 5 minutes ahead/),
  ],
  [
    'a time on 30 February',
    recordOne(
      { createdAt: '2025-02-30T00:00:00Z' },
      'events.0.createdAt',
      /DateTime|date-?time|RFC 3339|day/i,
    ),
  ],
  [
    'a time before the year 0',
    recordOne({ createdAt: '0000-01-01T00:00:00+10:00' }, 'createdAt', /year/i),
  ],
  [
    'a time as a number',
    recordOne({ createdAt: -1e15 }, 'events.0.createdAt', /DateTime|string|year/i),
  ],
  [
    'a time without an offset',
    recordOne(
      { createdAt: '2025-01-01T00:00:00' },
      'events.0.createdAt',
      /DateTime|date-?time|RFC 3339/i,
    ),
  ],
  ...METADATA.map(
    ([what, metadata, at, says]): NamedCase => [
      `metadata that are ${what}`,
      recordOne({ metadata }, says.source === 'object' ? `events.0.${at}` : at, says),
    ],
  ),
  [
    'changes 17 deep',
    recordOne(
      { changes: [{ path: 'a', from: nested(15) }] },
      `changes.0.from${'.a'.repeat(14)}`,
      /more than 16 deep/,
    ),
  ],
  [
    'a change with a NUL in its path',
    recordOne({ changes: [{ path: 'a\u0000' }] }, 'changes.0.path', /U\+0000/),
  ],
  [
    'a change without a path',
    recordOne({ changes: [{ to: 1 }] }, 'events.0.changes.0.path', /not provided/),
  ],
  [
    'an event of more than 256 KiB',
    recordOne({ details: 'é'.repeat(131_073) }, '', /at most 262144 bytes/),
  ],
  ...(['resourceType', 'resourceUID', 'userAgent', 'idempotencyKey'] as const).flatMap(
    (name): NamedCase[] => [
      [`an empty ${name}`, recordOne({ [name]: '' }, name, EMPTY)],
      [`a ${name} with a NUL`, recordOne({ [name]: '\u0000' }, name, /U\+0000/)],
      [`a ${name} with half a character`, recordOne({ [name]: '\udfff' }, name, /lone surrogate/)],
      [
        `a ${name} of 4,001 characters`,
        recordOne({ [name]: 'x'.repeat(4_001) }, name, /at most \d+ characters; it has 4001/),
      ],
    ],
  ),
  ...(['id', 'name'] as const).flatMap((name): NamedCase[] => [
    [
      `an empty actor ${name}`,
      recordOne({ actor: { type: 'USER', [name]: '' } }, `actor.${name}`, EMPTY),
    ],
    [
      `an actor ${name} with a NUL`,
      recordOne({ actor: { type: 'USER', [name]: '\u0000' } }, `actor.${name}`, /U\+0000/),
    ],
    [
      `an actor ${name} of 1,001 characters`,
      recordOne(
        { actor: { type: 'USER', [name]: 'x'.repeat(1_001) } },
        `actor.${name}`,
        /at most 1000/,
      ),
    ],
  ]),
  ['details with a NUL', recordOne({ details: '\u0000' }, 'details', /U\+0000/)],
  ['details with half a character', recordOne({ details: 'a\ud83d' }, 'details', /lone surrogate/)],
];
