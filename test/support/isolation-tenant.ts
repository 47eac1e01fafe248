import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { KEY_PERMISSIONS } from '../../src/kernel/permission.ts';
import { type Client, type Data, dataOf, type startServer } from './client.ts';
import { createHold } from './holds.ts';
import { call, invite, join } from './members.ts';
import { addMember, createOrganization, logOf, record } from './organizations.ts';
import { setRetention } from './retention.ts';
import { createTeam } from './teams.ts';

type TestServer = Awaited<ReturnType<typeof startServer>>;

/** What one can name of a tenant: real, or of the same form and of nobody. */
export interface Target {
  readonly slug: string;
  readonly email: string;
  /** Of one of its entries. */
  readonly cursor: string;
  /** One id of every node type. */
  readonly nodes: Readonly<Record<string, string>>;
}

/** The variables of a call that names a target. */
export type Ask = (target: Target) => Record<string, Data>;

/** Nothing of another tenant's answers may match it. */
export const CANARY = /canary|Troll|31337/i;

const SETTINGS = { timezone: 'Antarctica/Troll', retentionDays: 31337 };

/** An event with a canary in every text. */
export const CANARY_EVENT = {
  scope: 'SCHEDULING',
  action: 'canary.recorded',
  email: 'canary-actor@example.com',
  actor: { type: 'USER', id: 'canary-actor-id', name: 'Canary Actor' },
  resourceType: 'canary-type',
  resourceUID: 'canary-uid',
  details: 'canary-log details',
  changes: [{ path: 'canary.path', from: 'canary-log from', to: 'canary-log to' }],
  metadata: { canaryKey: 'canary-log value' },
  ip: '2001:db8::31:337',
  userAgent: 'canary-log agent',
  createdAt: '2001-01-01T00:00:00.000Z',
};

const CANARY_RESOURCE = {
  resourceUID: 'canary-uid',
  type: 'canary-type',
  name: 'Canary Resource',
  scope: 'SCHEDULING',
};

/** A thing that another organization's log names, too. */
export const BRIDGE_RESOURCE = {
  ...{ resourceUID: 'canary-bridged', type: 'canary-bridged-type' },
  ...{ name: 'Canary Bridge', scope: 'SCHEDULING' },
};

/** A key of an organization: its secret and its id. */
export async function createKey(
  client: Client,
  organizationId: string,
  { name = 'Canary Key', permissions = KEY_PERMISSIONS as readonly string[] } = {},
): Promise<{ secret: string; id: string }> {
  const data = dataOf(
    await client(
      'mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) { ... on CreateApiKeySuccess { secret apiKey { id } } } }',
      { input: { organizationId, name, permissions } },
    ),
  );
  return { secret: data.createApiKey.secret, id: data.createApiKey.apiKey.id };
}

const remove = async (client: Client, organizationId: string, graceDays: number) =>
  dataOf(
    await client(
      'mutation($input: DeleteOrganizationInput!) { deleteOrganization(input: $input) { ... on DeleteOrganizationSuccess { purgeAt } } }',
      { input: { organizationId, confirmName: 'Canary Name', graceDays } },
    ),
  );

/** An organization of the owner with canaries in every text; it may be on its way out, or gone. */
export async function plantTenant(
  owner: Client,
  as: (name: string) => Client,
  graceDays?: number,
): Promise<Target & { secret: string; logIds: readonly string[] }> {
  const slug = `canary-slug-${randomBytes(4).toString('hex')}`;
  const { id } = await createOrganization(owner, {
    name: 'Canary Name',
    slug,
    settings: { ...SETTINGS, retentionDays: null },
    metadata: { canaryKey: 'canary value' },
  });
  await setRetention(owner, id, SETTINGS);
  const key = await createKey(owner, id);
  const heirId = await join(owner, as, id, 'canary-heir', 'MEMBER');
  const invitation = await invite(owner, id, 'canary-invited', 'MEMBER');
  const offer = await call(
    owner,
    'offerOwnership',
    { organizationId: id, userId: heirId },
    'ownershipOffer { id }',
  );
  const team = await createTeam(owner, id, 'Canary Team');
  const hold = await createHold(owner, id, { resourceUIDs: ['canary-held'] }, 'canary reason');
  const register = (resource: object) =>
    call(owner, 'createResource', { organizationId: id, ...resource }, 'resource { id }');
  await register(BRIDGE_RESOURCE);
  const { resource } = await register(CANARY_RESOURCE);
  expect(
    await record(owner, id, [
      { ...CANARY_EVENT, idempotencyKey: 'canary-key' },
      { ...CANARY_EVENT, createdAt: null, idempotencyKey: 'canary-other-key' },
    ]),
  ).toMatchObject({ recordedCount: 2 });
  const { auditLogs, viewer } = dataOf(
    await owner(
      'query($id: ID!) { viewer { user { id email } } auditLogs(organizationId: $id, last: 1) { edges { cursor node { id } } } }',
      { id },
    ),
  );
  const logIds = (await logOf(owner, id)).map((entry) => entry.id);
  if (graceDays !== undefined) await remove(owner, id, graceDays);
  const [{ cursor, node }] = auditLogs.edges;
  return {
    ...{ slug, email: viewer.user.email, cursor, secret: key.secret, logIds },
    nodes: {
      Organization: id,
      AuditLog: node.id,
      ApiKey: key.id,
      User: heirId,
      Team: team.id,
      Resource: resource.id,
      Invitation: invitation.id,
      OwnershipOffer: offer.ownershipOffer.id,
      LegalHold: hold.id,
    },
  };
}

/** An id of the same form and the same place among all others that nobody ever had. */
const neverUsed = (id: string): string =>
  id.slice(0, -8) + id.slice(-8).replace(/./g, (digit) => (digit === 'z' ? '0' : 'z'));

/** The target's twin that does not exist. */
export const twinOf = ({ slug, email, cursor, nodes }: Target): Target => {
  const place = Buffer.from(cursor, 'base64url').toString();
  return {
    slug: slug.replace('canary', 'nobody'),
    email: email.replace('canary', 'nobody'),
    cursor: Buffer.from(place.replace(/\d(?=\.)/, '1')).toString('base64url'),
    nodes: Object.fromEntries(Object.entries(nodes).map(([type, id]) => [type, neverUsed(id)])),
  };
};

/** Someone who had the role in the organization, had selected it, and is no member any more. */
export async function formerMember(
  { as, query }: TestServer,
  organizationId: string,
  role: string,
  name = `former-${role.toLowerCase()}`,
): Promise<string> {
  await addMember(query, as, organizationId, name, role);
  const SELECT =
    'mutation($id: ID!) { selectOrganization(input: { organizationId: $id }) { ... on SelectOrganizationSuccess { organization { name } } } }';
  const { selectOrganization } = dataOf(await as(name)(SELECT, { id: organizationId }));
  expect(selectOrganization.organization.name).toBe('Canary Name');
  await query(
    'DELETE FROM "Membership" WHERE "organizationId" = $1 AND "userId" = (SELECT "id" FROM "User" WHERE "subject" = $2)',
    [organizationId, name],
  );
  return name;
}

type Rows = ReadonlyMap<string, readonly Data[]>;

/** The columns by which a table's rows belong to an organization, and how they are found. */
const OWNERS: Readonly<Record<string, string>> = {
  organizationId: 'IN (?)',
  ledgerId: 'IN (SELECT "id" FROM "Ledger" WHERE "organizationId" IN (?))',
  invitationId: 'IN (SELECT "id" FROM "Invitation" WHERE "organizationId" IN (?))',
};

const COLUMNS = {
  sqlite:
    'SELECT m.name AS "table", c.name AS "column" FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = \'table\'',
  postgresql:
    'SELECT table_name AS "table", column_name AS "column" FROM information_schema.columns WHERE table_schema = current_schema()',
};

/** Every row of some organizations, by table, in whichever tables the database has. */
export async function rowsOf(
  { database }: Pick<TestServer, 'database'>,
  organizationIds: readonly string[],
): Promise<Rows> {
  const places = organizationIds.map((_, index) => `$${index + 1}`).join(', ');
  const columns = await database.select<Data>(COLUMNS[database.provider], []);
  const owned = columns.filter(({ column }) => Object.hasOwn(OWNERS, column));
  const found = [{ table: 'Organization', column: 'id', how: 'IN (?)' }, ...owned].map(
    async ({ table, column, how = OWNERS[column] }) => {
      const sql = `SELECT * FROM "${table}" WHERE "${column}" ${how.replace('?', places)}`;
      return [`${table} ${column}`, await database.select<Data>(sql, organizationIds)] as const;
    },
  );
  return new Map(await Promise.all(found));
}

/** Every row of some organizations, as text; for comparing before and after. */
export async function stateOf(
  server: Pick<TestServer, 'database'>,
  organizationIds: readonly string[],
): Promise<string> {
  const rows = [...(await rowsOf(server, organizationIds))].sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(
    rows.map(([table, found]) => [table, found.map((row) => JSON.stringify(row, asText)).sort()]),
  );
}

const asText = (_key: string, value: unknown) =>
  typeof value === 'bigint' ? String(value) : value;
