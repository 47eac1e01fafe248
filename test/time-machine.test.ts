import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Client, codesOf, type Data, dataOf, startServer } from './support/client.ts';
import { addMember, createOrganization, logOf, record } from './support/organizations.ts';

const { as, advance, clock, query } = await startServer();
const ada = as('ada');

const UPDATE =
  'mutation($input: UpdateOrganizationInput!) { updateOrganization(input: $input) { __typename } }';
const FACTS = 'name slug settings { retentionDays timezone membersMayReadAuditLog } metadata';
const MEMBERS = 'members(first: 100) { totalCount nodes { userId role email } }';
const AT = `query($id: ID!, $at: DateTime!) { organizationAt(id: $id, at: $at) { ${FACTS} ${MEMBERS} } }`;
const NOW = `query($id: ID!) { organization(id: $id) { ${FACTS} } }`;
const ROLE =
  'mutation($input: ChangeMemberRoleInput!) { changeMemberRole(input: $input) { __typename } }';
const REMOVE =
  'mutation($input: RemoveMemberInput!) { removeMember(input: $input) { __typename } }';
const REVERT =
  'mutation($id: ID!) { revertChange(input: { auditLogId: $id }) { __typename ... on RevertChangeSuccess { organization { name slug settings { timezone retentionDays } metadata } } ... on Error { code } ... on ChangedSinceError { paths } ... on InvalidInputError { fields { path } } } }';

/** An instant after everything so far and before everything that follows. */
function instant(): string {
  advance(2);
  const at = clock().toISOString();
  advance(2);
  return at;
}

const at = async (client: Client, id: string, when: string) =>
  dataOf(await client(AT, { id, at: when })).organizationAt;

/** What the tables say now: the organization and its memberships. */
async function liveState(id: string): Promise<Data> {
  const { organization } = dataOf(await ada(NOW, { id }));
  const rows = await query<Data>(
    'SELECT "userId", "role" FROM "Membership" WHERE "organizationId" = $1 ORDER BY "userId"',
    [id],
  );
  return { ...organization, members: rows.map(({ userId, role }) => ({ userId, role })) };
}

const shortened = ({ members, ...facts }: Data) => ({
  ...facts,
  members: members.nodes.map(({ userId, role }: Data) => ({ userId, role })),
});

/** One thing that somebody does to an organization; null when there is nobody to do it to. */
type Step =
  | { readonly kind: 'update'; readonly input: object }
  | { readonly kind: 'role' | 'remove'; readonly member: number; readonly role: string }
  | { readonly kind: 'noise' | 'revert' };

const steps = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant('update' as const),
      input: fc.record(
        {
          name: fc.constantFrom('One', 'Two', 'Drei'),
          metadata: fc.constantFrom({}, { a: 1 }, { a: { b: [null, 'x'] } }),
          settings: fc.record(
            {
              retentionDays: fc.constantFrom(null, 30, 365),
              timezone: fc.constantFrom('UTC', 'Asia/Tokyo'),
              membersMayReadAuditLog: fc.boolean(),
            },
            { requiredKeys: ['timezone'] },
          ),
        },
        { requiredKeys: ['name'] },
      ),
    }),
    fc.record({
      kind: fc.constantFrom('role' as const, 'remove' as const),
      member: fc.nat(3),
      role: fc.constantFrom('ADMIN', 'AUDITOR', 'MEMBER', 'OWNER'),
    }),
    fc.record({ kind: fc.constantFrom('noise' as const, 'revert' as const) }),
  ),
  { minLength: 1, maxLength: 12 },
);

const NOISE = {
  scope: 'PLATFORM',
  action: 'organization.updated',
  resourceType: 'organization',
  changes: [{ path: 'name', from: 'Never', to: 'Was' }],
};

async function take(id: string, userIds: readonly string[], step: Step): Promise<void> {
  if (step.kind === 'update') {
    dataOf(await ada(UPDATE, { input: { organizationId: id, ...step.input } }));
  } else if (step.kind === 'noise') {
    await record(ada, id, [NOISE]);
  } else if (step.kind === 'revert') {
    await ada(REVERT, { id: (await logOf(ada, id)).at(-1).id });
  } else if (step.kind === 'role' || step.kind === 'remove') {
    const member = { organizationId: id, userId: userIds[step.member % userIds.length] };
    if (step.kind === 'remove') await ada(REMOVE, { input: member });
    else await ada(ROLE, { input: { ...member, role: step.role } });
  }
}

test('whatever happened, the organization at any instant is as the tables had it then', async () => {
  let round = 0;
  await fc.assert(
    fc.asyncProperty(steps, async (history) => {
      round += 1;
      const { id } = await createOrganization(ada, { name: 'History' });
      const names = [0, 1, 2].map((n) => `member-${round}-${n}`);
      for (const name of names) await addMember(query, as, id, name, 'MEMBER');
      const userIds = (
        await query<Data>(
          `SELECT "userId" FROM "Membership" WHERE "organizationId" = $1 AND "role" = 'MEMBER' ORDER BY "userId"`,
          [id],
        )
      ).map(({ userId }) => userId);
      const seen = [[instant(), await liveState(id)] as const];
      for (const step of history) {
        await take(id, userIds, step);
        seen.push([instant(), await liveState(id)]);
      }
      for (const [when, state] of seen) expect(shortened(await at(ada, id, when))).toEqual(state);
    }),
    { numRuns: 8 },
  );
});

test('who has left since is still there, with their address and role; before its creation there was nothing', async () => {
  const before = instant();
  const { id } = await createOrganization(ada, { name: 'Leaving' });
  await addMember(query, as, id, 'leaver', 'AUDITOR');
  const then = instant();
  const [{ userId }] = (await query<Data>(
    `SELECT "userId" FROM "Membership" WHERE "organizationId" = $1 AND "role" = 'AUDITOR'`,
    [id],
  )) as [Data];
  dataOf(await ada(REMOVE, { input: { organizationId: id, userId } }));
  expect((await at(ada, id, then)).members).toMatchObject({
    totalCount: 2,
    nodes: expect.arrayContaining([{ userId, role: 'AUDITOR', email: 'leaver@example.com' }]),
  });
  expect((await at(ada, id, instant())).members.totalCount).toBe(1);
  expect(await at(ada, id, before)).toBeNull();
  const ahead = new Date(clock().getTime() + 60_000).toISOString();
  expect(codesOf(await ada(AT, { id, at: ahead }))).toEqual(['BAD_USER_INPUT']);
  expect(codesOf(await as('eve')(AT, { id, at: then }))).toEqual(['NOT_FOUND']);
});

test('a revert puts back exactly what one change had changed, and is an entry that can be reverted too', async () => {
  const { id, slug } = await createOrganization(ada, { name: 'Before', metadata: { a: 1 } });
  const input = {
    name: 'After',
    slug: `${slug}-after`,
    metadata: {},
    settings: { retentionDays: 9 },
  };
  dataOf(await ada(UPDATE, { input: { organizationId: id, ...input } }));
  dataOf(
    await ada(UPDATE, { input: { organizationId: id, settings: { timezone: 'Asia/Tokyo' } } }),
  );
  const update = (await logOf(ada, id))[1];
  const { revertChange } = dataOf(await ada(REVERT, { id: update.id }));
  expect(revertChange.organization).toEqual({
    name: 'Before',
    slug,
    metadata: { a: 1 },
    settings: { timezone: 'Asia/Tokyo', retentionDays: null },
  });
  const revert = (await logOf(ada, id)).at(-1);
  expect(revert).toMatchObject({
    action: 'organization.changeReverted',
    metadata: { auditLogId: update.id },
  });
  expect(revert.changes).toEqual(
    update.changes.map(({ path, from, to }: Data) => ({ path, from: to, to: from })),
  );
  const again = dataOf(await ada(REVERT, { id: revert.id })).revertChange;
  expect(again.organization).toMatchObject({ name: 'After', slug: `${slug}-after` });
});

test('what has changed again since is not overwritten, and what tells of no such change is refused', async () => {
  const { id } = await createOrganization(ada, { name: 'First' });
  for (const name of ['Second', 'Third']) {
    dataOf(await ada(UPDATE, { input: { organizationId: id, name } }));
  }
  const [created, second] = await logOf(ada, id);
  const revert = async (client: Client, entry: string) => await client(REVERT, { id: entry });
  expect(dataOf(await revert(ada, second.id)).revertChange).toEqual({
    __typename: 'ChangedSinceError',
    code: 'CHANGED_SINCE',
    paths: ['name'],
  });
  const refused = { __typename: 'InvalidInputError', fields: [{ path: ['auditLogId'] }] };
  expect(dataOf(await revert(ada, created.id)).revertChange).toMatchObject(refused);
  const told = await record(ada, id, [NOISE]);
  const entry = told.receipts[0].auditLog.id;
  expect(dataOf(await revert(ada, entry)).revertChange).toMatchObject(refused);
  expect(codesOf(await revert(as('eve'), second.id))).toEqual(['NOT_FOUND']);
  await addMember(query, as, id, 'auditor-of-first', 'AUDITOR');
  expect(codesOf(await revert(as('auditor-of-first'), second.id))).toEqual(['FORBIDDEN']);
});
