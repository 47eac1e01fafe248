import type { ProductScope } from '../kernel/vocabulary.ts';

/** What the catalogue says of one action; `details` turns its metadata into the sentence people read. */
interface ActionDefinition<Metadata> {
  readonly scope: ProductScope;
  readonly resourceType: string;
  readonly description: string;
  readonly details: (metadata: Metadata) => string;
}

const action = <Metadata>(definition: ActionDefinition<Metadata>): ActionDefinition<Metadata> =>
  definition;

/**
 * Every action the server itself records: scope, resource type, sentence, shape of its metadata.
 * Adding a key here is adding an event; an entry of an action that is not here does not compile.
 */
export const CATALOGUE = {
  'organization.created': action<{ name: string; slug: string }>({
    scope: 'PLATFORM',
    resourceType: 'organization',
    description: 'An organization was created; its creator became its first owner.',
    details: ({ name }) => `Created organization '${name}'`,
  }),
  'organization.updated': action<{ name: string; fields: string[] }>({
    scope: 'PLATFORM',
    resourceType: 'organization',
    description: 'The name, slug, settings or metadata of an organization changed; see `changes`.',
    details: ({ name, fields }) => `Updated ${fields.join(', ')} of organization '${name}'`,
  }),
  'organization.deletionScheduled': action<{ name: string; graceDays: number; purgeAt: string }>({
    scope: 'PLATFORM',
    resourceType: 'organization',
    description: 'An owner asked for the deletion of the organization; access is blocked at once.',
    details: ({ name, purgeAt }) => `Scheduled deletion of organization '${name}' for ${purgeAt}`,
  }),
  'organization.restored': action<{ name: string }>({
    scope: 'PLATFORM',
    resourceType: 'organization',
    description: 'A scheduled deletion was undone before it was carried out.',
    details: ({ name }) => `Restored organization '${name}'`,
  }),
  'organization.purged': action<{ name: string; slug: string; slugReservedUntil: string }>({
    scope: 'PLATFORM',
    resourceType: 'organization',
    description: 'The organization, its memberships and keys were removed; its log stays.',
    details: ({ name }) => `Purged organization '${name}'`,
  }),
  'apiKey.created': action<{
    name: string;
    prefix: string;
    permissions: readonly string[];
    scopes: readonly string[];
    expiresAt: string | null;
  }>({
    scope: 'PLATFORM',
    resourceType: 'apiKey',
    description: 'An API key was made; its secret was shown once and is not stored.',
    details: ({ name }) => `Created API key '${name}'`,
  }),
  'apiKey.renamed': action<{ name: string; formerName: string }>({
    scope: 'PLATFORM',
    resourceType: 'apiKey',
    description: 'An API key was given another name.',
    details: ({ name, formerName }) => `Renamed API key '${formerName}' to '${name}'`,
  }),
  'apiKey.rotated': action<{
    name: string;
    prefix: string;
    previousSecretExpiresAt: string | null;
  }>({
    scope: 'PLATFORM',
    resourceType: 'apiKey',
    description:
      'An API key was given a new secret; the one before it is refused, or soon will be.',
    details: ({ name }) => `Rotated API key '${name}'`,
  }),
  'apiKey.revoked': action<{ name: string; prefix: string }>({
    scope: 'PLATFORM',
    resourceType: 'apiKey',
    description: 'An API key was revoked; it is refused for good.',
    details: ({ name }) => `Revoked API key '${name}'`,
  }),
  'access.denied': action<{ permission: string }>({
    scope: 'PLATFORM',
    resourceType: 'permission',
    description: 'A member or key asked for something that its role or permissions do not allow.',
    details: ({ permission }) => `Denied ${permission}`,
  }),
  'auditLog.exported': action<{ count: number; lastSequence: number }>({
    scope: 'PLATFORM',
    resourceType: 'auditLog',
    description: 'Entries were exported.',
    details: ({ count }) => `Exported ${count} entries`,
  }),
} as const satisfies Record<string, ActionDefinition<never>>;

/** An action the server records. */
export type CatalogueAction = keyof typeof CATALOGUE;

type MetadataOf<A extends CatalogueAction> = Parameters<(typeof CATALOGUE)[A]['details']>[0];

/** Whether the catalogue knows an action; exact, as recorded. */
export const isCatalogued = (text: string): text is CatalogueAction =>
  Object.hasOwn(CATALOGUE, text);

/** One fact that changed: a dotted path, the value before and after (null = absent). */
export interface AuditChange {
  readonly path: string;
  readonly from: unknown;
  readonly to: unknown;
}

/** An event of the server: one action with its own metadata; a mismatched pair does not compile. */
export type ServerEvent = {
  [A in CatalogueAction]: {
    readonly action: A;
    readonly resourceUID: string;
    readonly metadata: MetadataOf<A>;
    readonly changes?: readonly AuditChange[];
    readonly outcome?: 'SUCCESS' | 'DENIED';
  };
}[CatalogueAction];
