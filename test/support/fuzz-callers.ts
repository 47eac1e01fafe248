import { randomBytes } from 'node:crypto';
import { type Client, dataOf, type startServer, tokenOf } from './client.ts';
import type { Vocabulary } from './fuzz-words.ts';
import { createHold } from './holds.ts';
import { BRIDGE_RESOURCE, createKey, formerMember, type Target } from './isolation-tenant.ts';
import { call, invite } from './members.ts';
import { addMember, createOrganization, record } from './organizations.ts';
import { createTeam } from './teams.ts';

type TestServer = Awaited<ReturnType<typeof startServer>>;

/** Someone who asks. */
export interface Caller {
  readonly role: string;
  readonly token: string;
}

/** An organization that has nothing to do with the tenant but one common member, and those who ask from it. */
export interface OtherTenant {
  readonly callers: readonly Caller[];
  readonly own: Vocabulary;
  /** Words of the tenant that it stored itself. */
  readonly stored: readonly string[];
}

const ROLES = ['OWNER', 'ADMIN', 'AUDITOR', 'MEMBER'];

/** Someone who is a member of the tenant and of every other organization, and asks for nothing. */
export const BRIDGE = 'bridge';

/** Plants the other organization, with rows of every kind, some of which name what the tenant has. */
export async function plantOtherTenant(server: TestServer, tenant: Target): Promise<OtherTenant> {
  const { as, query } = server;
  const mark = randomBytes(4).toString('hex');
  const name = (role: string) => `${role.toLowerCase()}-${mark}`;
  const owner = as(name('OWNER'));
  const { id } = await createOrganization(owner, { name: 'Other' });
  for (const role of ROLES.slice(1)) await addMember(query, as, id, name(role), role);
  await addMember(query, as, id, BRIDGE, 'MEMBER');
  // A thing that no document asks for by its name: the own log would rightly be found to name it.
  const stored = [tenant.nodes['User'] ?? '', BRIDGE_RESOURCE.resourceUID, BRIDGE_RESOURCE.type];
  const nodes = await plantNodes(owner, id, stored);
  const userId = await idOf(as(name('ADMIN')));
  const bridgeId = await idOf(as(BRIDGE));
  const key = await createKey(owner, id, { name: 'Other' });
  dataOf(await as(name('STRANGER'))('{ viewer { type } }'));
  const formers = ROLES.map(async (role) => ({
    role: `a former ${role} of the tenant`,
    name: await formerMember(
      server,
      tenant.nodes['Organization'] ?? '',
      role,
      `former-${name(role)}`,
    ),
  }));
  const people = [
    ...ROLES.map((role) => ({ role, name: name(role) })),
    ...(await Promise.all(formers)),
    { role: 'a stranger', name: name('STRANGER') },
  ];
  return {
    callers: [
      ...(await Promise.all(
        people.map(async ({ role, name }) => ({ role, token: await tokenOf(name) })),
      )),
      { role: 'an API key', token: key.secret },
      { role: 'nobody', token: 'nonsense' },
    ],
    own: {
      nodes: { ...nodes, Organization: id, User: userId, ApiKey: key.id },
      texts: ['Other', 'other-uid', 'other-type', 'Other Team', bridgeId],
      emails: [`${name('ADMIN')}@example.com`, `${BRIDGE}@example.com`],
      cursors: [id],
      addresses: ['192.0.2.7'],
      slugs: ['other'],
    },
    stored,
  };
}

const idOf = async (client: Client): Promise<string> =>
  dataOf(await client('{ viewer { user { id } } }')).viewer.user.id;

async function plantNodes(
  owner: Client,
  id: string,
  [userId = '', resourceUID = '', resourceType = '']: readonly string[],
): Promise<Record<string, string>> {
  const team = await createTeam(owner, id, 'Other Team');
  const hold = await createHold(owner, id, { resourceUIDs: ['other-held'] }, 'Other reason');
  const invitation = await invite(owner, id, 'other-invited', 'MEMBER');
  const bridgeId = dataOf(
    await owner(
      'query($id: ID!) { organization(id: $id) { members(first: 9) { nodes { user { id email } } } } }',
      { id },
    ),
  ).organization.members.nodes.find(
    ({ user }: { user: { email: string } }) => user.email === `${BRIDGE}@example.com`,
  ).user.id;
  const { ownershipOffer } = await call(
    owner,
    'offerOwnership',
    { organizationId: id, userId: bridgeId },
    'ownershipOffer { id }',
  );
  const { resource } = await call(
    owner,
    'createResource',
    {
      organizationId: id,
      resourceUID: 'other-uid',
      type: 'other-type',
      name: 'Other',
      scope: 'COST',
    },
    'resource { id }',
  );
  const event = { scope: 'COST', action: 'other.recorded' };
  const { receipts } = await record(owner, id, [
    { ...event, actor: { type: 'USER', id: userId }, resourceUID, resourceType },
    { ...event, resourceUID: 'other-uid', resourceType: 'other-type' },
  ]);
  return {
    Team: team.id,
    LegalHold: hold.id,
    Invitation: invitation.id,
    OwnershipOffer: ownershipOffer.id,
    Resource: resource.id,
    AuditLog: receipts[0].auditLog.id,
  };
}
