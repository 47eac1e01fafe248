import {
  byId,
  createKey,
  list,
  type NamedCase,
  recordAll,
  remove,
  restore,
  select,
  update,
} from './bad-input.ts';
import { ID } from './bad-values.ts';

const MALFORMED = [
  '',
  '1',
  'org_',
  'org_01h455vb4pex5vsknk084sn02',
  'org_81h455vb4pex5vsknk084sn02q',
  'ORG_01h455vb4pex5vsknk084sn02q',
  'org_01h455vb4pex5vsknk084sn02l',
  'org_01h455vb4pex5vsknk084sn02q ',
  'log_01h455vb4pex5vsknk084sn02q',
  "org_' OR 1=1 --",
  'org_\u0000',
  'x'.repeat(5_000),
];

/** Malformed ids in every place; `id` is a right one. */
export const onIds = (id: string): NamedCase[] =>
  MALFORMED.flatMap((wrong): NamedCase[] => {
    const shown = JSON.stringify(wrong.slice(0, 40));
    return [
      [`update of ${shown}`, update({ organizationId: wrong, name: 'A' }, 'organizationId', ID)],
      [
        `deletion of ${shown}`,
        remove({ organizationId: wrong, confirmName: 'A' }, 'organizationId', ID),
      ],
      [`restoring of ${shown}`, restore({ organizationId: wrong }, 'organizationId', ID)],
      [`selection of ${shown}`, select({ organizationId: wrong }, 'organizationId', ID)],
      [
        `a key for ${shown}`,
        createKey(
          { organizationId: wrong, name: 'A', permissions: ['auditLog:read'] },
          'organizationId',
          ID,
        ),
      ],
      [
        `recording in ${shown}`,
        recordAll(
          { organizationId: wrong, events: [{ scope: 'COST', action: 'a.b' }] },
          'organizationId',
          ID,
        ),
      ],
      [`the log of ${shown}`, list({ organizationId: wrong }, 'organizationId', ID)],
      [`organization ${shown}`, byId('organization', wrong, 'id', ID)],
      ...(wrong.startsWith('log_01')
        ? []
        : ([
            [`entry ${shown}`, byId('auditLog', wrong, 'id', ID)],
            [`node ${shown}`, byId('node', wrong, 'id', ID)],
            [`nodes ${shown}`, byId('nodes', [id, wrong], 'ids.1', ID)],
          ] as NamedCase[])),
    ];
  });
