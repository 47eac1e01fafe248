import fc from 'fast-check';
import type { Known } from './hostile-documents.ts';

/** The addresses beside /tlog/, and some that there are not. */
export const REST_PATHS = [
  ...['/api/organisations', '/api/organisation', '/api/audit-logs', '/api/audit-logs/export'],
  ...['/api/openapi.json', '/schema.graphql', '/health', '/ready', '/', '/graphql', '/api/nothing'],
];
const PARAMETERS = [
  ...['page', 'limit', 'cursor', 'include', 'action', 'email', 'resourceUID', 'actorType', 'from'],
  ...[
    'to',
    'search',
    'format',
    'snapshot',
    'evidence',
    'previousSize',
    'organizationId',
    'graceDays',
  ],
  ...[
    'confirmName',
    'query',
    'variables',
    'extensions',
    'operationName',
    'defaultScope',
    '__proto__',
  ],
];

const parameterValue = ({ cursor, organizationId }: Known): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constantFrom(
      ...[
        cursor,
        organizationId,
        '1',
        '0',
        '-1',
        '1e3',
        '99999999999999999999',
        'csv',
        'ndjson',
        '',
      ],
      ...[
        '%',
        '%zz',
        '%00',
        '%ff',
        '%C0%AF',
        '../../etc/passwd',
        '2026-01-01T00:00:00Z',
        'a.*',
        '*',
      ],
      ...[
        '{__typename}',
        '{"a":',
        'cost,scheduling',
        '2026-02-30',
        'x'.repeat(3_000),
        '%F0%9F%98%80',
      ],
    ),
    fc
      .tuple(fc.nat(), fc.string({ maxLength: 8 }))
      .map(([at, more]) =>
        encodeURIComponent(cursor.slice(0, at % cursor.length) + more.toWellFormed()),
      ),
    fc
      .string({ unit: 'binary', maxLength: 40 })
      .map((text) => encodeURIComponent(text.toWellFormed())),
  );

/** Parameters of an address, right and wrong. */
export const parameters = (known: Known): fc.Arbitrary<string> =>
  fc
    .array(fc.tuple(fc.constantFrom(...PARAMETERS), parameterValue(known)), { maxLength: 4 })
    .map((all) => all.map(([name, value]) => `${name}=${value}`).join('&'));

/** Paths below /tlog/: tiles that are and are not, and what tries to climb out. */
export const tlogPath = ({ organizationId }: Known): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.constantFrom(organizationId, 'org_0', '', '..', '%2e%2e', '%00', '*'),
      fc.array(
        fc.constantFrom(
          ...[
            'tile',
            '0',
            '1',
            '-1',
            '000',
            'x000',
            '001',
            '000.p',
            '1',
            '255',
            '256',
            'checkpoint',
          ],
          ...[
            '..',
            '.',
            '',
            '%2f',
            '%00',
            '63',
            '64',
            '99999999999999999999',
            'data',
            'entries',
            '%ff',
          ],
        ),
        { maxLength: 7 },
      ),
    )
    .map(([id, parts]) => `/tlog/${[id, ...parts].join('/')}`);

/** Methods that are known to HTTP; DELETE of what the test stands on is not among them. */
export const METHODS = ['GET', 'POST', 'PUT', 'HEAD', 'OPTIONS', 'PATCH', 'TRACE', 'PROPFIND'];
