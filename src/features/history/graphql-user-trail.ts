import { builder } from '../../graphql/builder.ts';
import { pageCost } from '../../graphql/complexity.ts';
import { AuditLog, AuditLogConnection, auditLogConnection } from '../audit-log/graphql.ts';
import { AuditLogFilter, AuditLogOrder } from '../audit-log/graphql-inputs.ts';
import { User } from '../identity/graphql.ts';
import { selectedOrganizationId } from '../organization/current-organization.ts';

builder.objectField(User, 'auditLogs', (t) =>
  t.connection(
    {
      type: AuditLog,
      description:
        'The person’s trail within one organization: what they did, by account or by the address they have now, and what was done to them. Needs auditLog:read there; a denied attempt is recorded.',
      args: {
        organizationId: t.arg.id({ description: 'Default: the current organization.' }),
        filter: t.arg({ type: AuditLogFilter, description: 'Which of them; absent = all.' }),
        orderBy: t.arg({ type: AuditLogOrder, description: 'Default: newest first by createdAt.' }),
      },
      complexity: pageCost,
      resolve: async ({ id, email }, { organizationId, ...input }, { session }) =>
        auditLogConnection(session, await selectedOrganizationId(session, organizationId), {
          ...input,
          about: { resourceUID: id, email },
        }),
    },
    AuditLogConnection,
  ),
);
