import './graphql/scalars.ts';
import './graphql/error-types.ts';
import './graphql/node.ts';
import './features/identity/graphql.ts';
import './features/organization/graphql.ts';
import './features/organization/graphql-mutations.ts';
import './features/audit-log/graphql.ts';
import './features/audit-log/graphql-record.ts';
import './features/access-key/graphql.ts';
import './features/access-key/graphql-mutations.ts';
import './features/access-key/graphql-enable.ts';
import './features/organization/graphql-deletion-impact.ts';
import './features/team/graphql.ts';
import './features/team/graphql-mutations.ts';
import './features/resource/graphql.ts';
import './features/resource/graphql-mutations.ts';
import './features/history/graphql-user-trail.ts';
import { builder } from './graphql/builder.ts';

/** The schema that the features above have built; `schema.graphql` is its print. */
export const schema = builder.toSchema();
