import { schema } from '../../src/schema.ts';
import { selectionOf } from './isolation-schema.ts';
import type { Ask } from './isolation-tenant.ts';

const input = (fields: object) => ({ input: fields });

/** The asks of what has to do with retention and legal holds. */
export const RETENTION_ASKS: Record<string, readonly Ask[]> = {
  'Mutation.createLegalHold': [
    ({ nodes }) => input({ organizationId: nodes['Organization'], filter: {}, reason: 'Because' }),
    ({ nodes, email }) =>
      input({ organizationId: nodes['Organization'], filter: { emails: [email] }, reason: 'x' }),
  ],
  'Query.retentionPreview': [
    ({ nodes }) => ({ organizationId: nodes['Organization'], retentionDays: 1 }),
    ({ nodes }) => ({ organizationId: nodes['Organization'], scopes: [{ scope: 'COST' }] }),
  ],
  'Mutation.cancelRetentionChange': [
    ({ nodes }) => input({ organizationId: nodes['Organization'] }),
  ],
  'Mutation.releaseLegalHold': [({ nodes }) => input({ legalHoldId: nodes['LegalHold'] })],
};

const selectionBelow = (type: string) => selectionOf(schema.getType(type) as never, ['Query']);

/** The same for the fields below the roots. */
export const RETENTION_NESTED: Record<string, { document: string; variables: Ask }> = {
  'Organization.legalHolds': {
    document: `query($id: ID!) { organization(id: $id) { legalHolds(first: 2) ${selectionBelow('LegalHoldConnection')} } }`,
    variables: ({ nodes }) => ({ id: nodes['Organization'] }),
  },
};
