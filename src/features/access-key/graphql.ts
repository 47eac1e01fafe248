import { builder } from '../../graphql/builder.ts';
import { pageCost } from '../../graphql/complexity.ts';
import { connectionOf } from '../../graphql/connection.ts';
import { ProductScope } from '../../graphql/enums.ts';
import { NodeInterface } from '../../graphql/node.ts';
import type { OrganizationId } from '../../kernel/ids.ts';
import type { PageArguments } from '../../kernel/paging.ts';
import type { Session } from '../../ledger/session.ts';
import { Organization } from '../organization/graphql.ts';
import { permissionsOf, scopesOf } from './access-key.ts';
import { listApiKeys } from './list-api-keys.ts';

/** A product's credential. */
export const ApiKey = builder.prismaObject('ApiKey', {
  description:
    'A product’s credential, bound to one organization. Its secret is shown once and not stored.',
  interfaces: [NodeInterface],
  fields: (t) => ({
    id: t.exposeID('id', { description: 'A TypeID that begins with key_.' }),
    name: t.exposeString('name', { description: 'What you call it.' }),
    prefix: t.exposeString('prefix', { description: 'The first characters of its secret.' }),
    permissions: t.stringList({ description: 'What it may do.', resolve: permissionsOf }),
    scopes: t.field({
      type: [ProductScope],
      description:
        'Which scopes it may record, and register and remove resources of; empty = every scope.',
      resolve: scopesOf,
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'From when it is refused; null = never.',
    }),
    lastUsedAt: t.expose('lastUsedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was last used, to the minute; null = not yet.',
    }),
    revokedAt: t.expose('revokedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Since when it is refused; null = not revoked.',
    }),
    previousSecretExpiresAt: t.expose('previousSecretExpiresAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'From when the secret before the last rotation is refused; null = since that rotation, or there was none.',
    }),
  }),
});

const ApiKeyConnection = builder.connectionObject(
  {
    type: ApiKey,
    name: 'ApiKeyConnection',
    description: 'A page of API keys.',
    fields: (t) => ({
      totalCount: t.int({
        description: 'How many keys there are in all pages; counted only when selected.',
        resolve: async ({ total }) => (await total()).count,
      }),
    }),
  },
  { name: 'ApiKeyEdge', description: 'An API key and its place.' },
);

async function apiKeyConnection(session: Session, organizationId: string, paging: PageArguments) {
  const page = await listApiKeys(session, organizationId as OrganizationId, paging);
  return { ...connectionOf(page, ({ id }) => id), total: page.total };
}

builder.objectField(Organization, 'apiKeys', (t) =>
  t.connection(
    {
      type: ApiKey,
      description:
        'The organization’s API keys, oldest first, revoked and expired ones among them. Needs apiKey:manage; a denied attempt is recorded.',
      complexity: pageCost,
      resolve: ({ id }, paging, { session }) => apiKeyConnection(session, id, paging),
    },
    ApiKeyConnection,
  ),
);
