import { FILTER_PARAMETERS } from './filter-parameters.ts';
import { OPENAPI_COMPONENTS, PARAMETERS } from './openapi-components.ts';
import { PAGING_PARAMETERS } from './paging-parameters.ts';

const json = (schema: object) => ({ content: { 'application/json': { schema } } });
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const parameters = (names: readonly string[]) =>
  names.map((name) => ({ $ref: `#/components/parameters/${name}` }));

const dataOf = (schema: object) =>
  json({ type: 'object', required: ['data'], properties: { data: schema } });

const pageOf = (name: string) =>
  json({
    type: 'object',
    required: ['data', 'pagination'],
    properties: { data: { type: 'array', items: ref(name) }, pagination: ref('Pagination') },
  });

const FAILED = {
  default: {
    description: 'A refusal (RFC 9457). `code` is stable; the README has the table of codes.',
    content: { 'application/problem+json': { schema: ref('Problem') } },
  },
};

const answers = (status: string, description: string, content: object) => ({
  [status]: { description, ...content },
  ...FAILED,
});

const EXPORT_BODY = {
  'application/x-ndjson': {
    schema: {
      type: 'string',
      description: 'One AuditLog a line, oldest first; the last line is {"manifest": …}.',
    },
  },
  'application/zip': {
    schema: { type: 'string', format: 'binary', description: 'With evidence=1.' },
  },
  'text/csv': {
    schema: {
      type: 'string',
      description:
        'RFC 4180 with a header; a cell that a spreadsheet would run has an apostrophe before it.',
    },
  },
};

/** The REST door described in OpenAPI 3.1, as /api/openapi.json gives it. */
export const OPENAPI = {
  openapi: '3.1.0',
  info: {
    title: 'Orgtrail',
    version: '1',
    description:
      'Organizations and their audit logs. A thin door over the operations that GraphQL has too.',
    license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
  },
  servers: [{ url: '/' }],
  security: [{ bearer: [] }],
  paths: {
    '/api/organisations': {
      get: {
        operationId: 'listOrganizations',
        summary: 'The organizations the caller belongs to, oldest first.',
        parameters: parameters(PAGING_PARAMETERS),
        responses: answers('200', 'A page of organizations.', pageOf('Organization')),
      },
      post: {
        operationId: 'createOrganization',
        summary: 'Creates an organization with the caller as its first owner.',
        requestBody: { required: true, ...json(ref('OrganizationCreation')) },
        responses: answers('201', 'It was created.', dataOf(ref('Organization'))),
      },
    },
    '/api/organisation': {
      parameters: parameters(['X-Organization-Id']),
      get: {
        operationId: 'currentOrganization',
        summary: 'The current organization.',
        responses: answers('200', 'The organization.', dataOf(ref('Organization'))),
      },
      put: {
        operationId: 'updateOrganization',
        summary: 'Changes the current organization; what is left out stays, null resets.',
        requestBody: { required: true, ...json(ref('OrganizationUpdate')) },
        responses: answers('200', 'It was changed.', dataOf(ref('Organization'))),
      },
      delete: {
        operationId: 'deleteOrganization',
        summary: 'Schedules the deletion of the current organization; its log stays.',
        parameters: parameters(['confirmName', 'graceDays']),
        responses: answers('200', 'It is scheduled, or done.', dataOf(ref('Deletion'))),
      },
    },
    '/api/audit-logs': {
      get: {
        operationId: 'listAuditLogs',
        summary: 'The current organization’s log, newest first by createdAt.',
        parameters: parameters([
          'X-Organization-Id',
          'organizationId',
          ...FILTER_PARAMETERS,
          ...PAGING_PARAMETERS,
        ]),
        responses: answers('200', 'A page of entries.', pageOf('AuditLog')),
      },
      post: {
        operationId: 'recordAuditLogs',
        summary: 'Records one event, an array of events, or a stream of them, a receipt each.',
        description: 'The README says what an event and a receipt look like.',
        parameters: parameters(['X-Organization-Id', 'defaultScope']),
        requestBody: {
          required: true,
          content: {
            'application/json': { schema: { type: ['object', 'array'] } },
            'application/x-ndjson': { schema: { type: 'string' } },
          },
        },
        responses: {
          '2XX': {
            description: 'What became of each event.',
            content: {
              'application/json': { schema: { type: 'object' } },
              'application/x-ndjson': { schema: { type: 'string' } },
            },
          },
          ...FAILED,
        },
      },
    },
    '/api/audit-logs/export': {
      get: {
        operationId: 'exportAuditLogs',
        summary: 'The whole log as one snapshot, oldest first, in bounded memory; it is recorded.',
        parameters: parameters([
          'X-Organization-Id',
          'organizationId',
          'format',
          'exportCursor',
          'snapshot',
          'evidence',
          'previousSize',
          ...FILTER_PARAMETERS,
        ]),
        responses: answers('200', 'The entries, by gzip where accepted.', {
          headers: {
            'X-Export-Id': {
              description: 'The resourceUID of its two entries in the log.',
              schema: { type: 'string', format: 'uuid' },
            },
            'X-Export-Snapshot': {
              description: 'The last sequence that it holds: give it as snapshot to resume.',
              schema: { type: 'integer' },
            },
          },
          content: EXPORT_BODY,
        }),
      },
    },
    '/api/openapi.json': {
      get: {
        operationId: 'describe',
        summary: 'This description.',
        security: [],
        responses: answers('200', 'OpenAPI 3.1.', json({ type: 'object' })),
      },
    },
  },
  components: {
    securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
    parameters: PARAMETERS,
    schemas: OPENAPI_COMPONENTS,
  },
};
