import { expect, test } from 'vitest';
import { DAY_MS } from '../src/kernel/clock.ts';
import { type Client, codesOf, type Data, dataOf, startServer } from './support/client.ts';
import { call, invite, join, rolesOf, userIdOf } from './support/members.ts';
import { createOrganization, logOf } from './support/organizations.ts';

const { as, advance } = await startServer();

const OFFER = 'ownershipOffer { id status from to expiresAt createdAt }';

/** An organization with an owner and an admin, and an offer of the one to the other. */
async function offered(name: string) {
  const owner = as(`${name}-owner`);
  const { id } = await createOrganization(owner, { name });
  const heir = as(`${name}-heir`);
  const heirId = await join(owner, as, id, `${name}-heir`, 'MEMBER');
  const offer = await call(owner, 'offerOwnership', { organizationId: id, userId: heirId }, OFFER);
  return { id, owner, heir, heirId, offerId: offer.ownershipOffer.id as string };
}

async function reasonOf(client: Client, mutation: string, offerId: string): Promise<Data> {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}`;
  const document = `mutation($input: ${type}Input!) { ${mutation}(input: $input) { __typename ... on OwnershipOfferClosedError { reason } } }`;
  return dataOf(await client(document, { input: { offerId } }))[mutation].reason;
}

test('the ownership changes hands in two steps: offered, nothing changes; accepted, both roles do, in one entry', async () => {
  const { id, owner, heir, heirId, offerId } = await offered('hand');
  const ownerId = await userIdOf(owner);
  expect(await rolesOf(owner, id)).toMatchObject({
    'hand-owner@example.com': 'OWNER',
    'hand-heir@example.com': 'MEMBER',
  });
  const { viewer } = dataOf(await heir('{ viewer { ownershipOffers { id from } } }'));
  expect(viewer.ownershipOffers).toEqual([{ id: offerId, from: 'hand-owner@example.com' }]);
  expect(await call(heir, 'acceptOwnership', { offerId }, OFFER)).toMatchObject({
    ownershipOffer: { status: 'ACCEPTED' },
  });
  expect(await rolesOf(heir, id)).toEqual({
    'hand-owner@example.com': 'ADMIN',
    'hand-heir@example.com': 'OWNER',
  });
  expect((await logOf(heir, id)).at(-1)).toMatchObject({
    action: 'ownership.transferred',
    details: 'Transferred the ownership from hand-owner@example.com to hand-heir@example.com',
    changes: [
      { path: `members.${heirId}.role`, from: 'MEMBER', to: 'OWNER' },
      { path: `members.${ownerId}.role`, from: 'OWNER', to: 'ADMIN' },
    ],
  });
  expect(await reasonOf(heir, 'acceptOwnership', offerId)).toBe('USED');
});

test('only the member it is for answers, only an owner takes it back, and each end is final', async () => {
  const { id, owner, heir, heirId, offerId } = await offered('final');
  expect(await reasonOf(owner, 'acceptOwnership', offerId)).toBe('UNKNOWN');
  expect(
    codesOf(
      await as('final-x')(
        'mutation($o: ID!) { acceptOwnership(input: { offerId: $o }) { __typename } }',
        { o: offerId },
      ),
    ),
  ).toEqual(['NOT_FOUND']);
  expect(
    codesOf(
      await heir(
        'mutation($o: ID!) { revokeOwnershipOffer(input: { offerId: $o }) { __typename } }',
        { o: offerId },
      ),
    ),
  ).toEqual(['FORBIDDEN']);
  await call(owner, 'revokeOwnershipOffer', { offerId }, OFFER);
  expect(await reasonOf(heir, 'acceptOwnership', offerId)).toBe('REVOKED');
  const again = await call(owner, 'offerOwnership', { organizationId: id, userId: heirId }, OFFER);
  await call(heir, 'declineOwnership', { offerId: again.ownershipOffer.id }, OFFER);
  expect(await reasonOf(owner, 'revokeOwnershipOffer', again.ownershipOffer.id)).toBe('USED');
  expect((await logOf(owner, id)).slice(-4).map(({ action }) => action)).toEqual(
    ['ownership.offerRevoked', 'ownership.offered', 'ownership.offerDeclined'].toSpliced(
      0,
      0,
      'access.denied',
    ),
  );
});

test('an offer runs out after seven days and makes room for another; two at once are refused', async () => {
  const { id, owner, heir, heirId, offerId } = await offered('late');
  const another = () =>
    call(owner, 'offerOwnership', { organizationId: id, userId: heirId }, OFFER);
  expect(await another()).toMatchObject({
    __typename: 'OwnershipOfferedError',
    code: 'OWNERSHIP_OFFERED',
  });
  advance(7 * DAY_MS);
  expect(await reasonOf(heir, 'acceptOwnership', offerId)).toBe('EXPIRED');
  expect(await another()).toMatchObject({ ownershipOffer: { status: 'PENDING' } });
});

test('an offer falls when either side’s place changes', async () => {
  const { id, owner, heir, offerId } = await offered('fall');
  expect((await call(heir, 'leaveOrganization', { organizationId: id })).__typename).toBe(
    'LeaveOrganizationSuccess',
  );
  expect((await logOf(owner, id)).slice(-2).map(({ action }) => action)).toEqual([
    'member.left',
    'ownership.offerRevoked',
  ]);
  expect(await reasonOf(owner, 'revokeOwnershipOffer', offerId)).toBe('REVOKED');
  const stranger = await userIdOf(as('fall-x'));
  const offer = (userId: string) => call(owner, 'offerOwnership', { organizationId: id, userId });
  expect(await offer(stranger)).toMatchObject({ __typename: 'UnknownMemberError' });
  expect(await offer(await userIdOf(owner))).toMatchObject({
    code: 'BAD_USER_INPUT',
    fields: [{ path: ['userId'] }],
  });
});

test('two owners who leave at once leave one, every time', async () => {
  for (let n = 0; n < 5; n += 1) {
    const [one, two] = [as(`pair-${n}-a`), as(`pair-${n}-b`)];
    const { id } = await createOrganization(one, { name: 'Pair' });
    await join(one, as, id, `pair-${n}-b`, 'OWNER');
    const left = await Promise.all(
      [one, two].map((client) => call(client, 'leaveOrganization', { organizationId: id })),
    );
    expect(left.map(({ __typename }) => __typename).sort()).toEqual([
      'LastOwnerError',
      'LeaveOrganizationSuccess',
    ]);
  }
});

test('fifty changes of members at once leave an owner, a gapless log, and the roles that the log tells', async () => {
  const owner = as('many-0');
  const { id } = await createOrganization(owner, { name: 'Many' });
  const ids: string[] = [await userIdOf(owner)];
  for (let n = 1; n < 10; n += 1) ids.push(await join(owner, as, id, `many-${n}`, 'OWNER'));
  const userOf = (n: number) => ids[n % 10];
  await Promise.all(
    Array.from({ length: 50 }, (_, n) => {
      const client = as(`many-${n % 10}`);
      const variables = { input: { organizationId: id, userId: userOf(n + 3), role: 'ADMIN' } };
      if (n % 5 === 0)
        return client(
          'mutation($i: ID!) { leaveOrganization(input: { organizationId: $i }) { __typename } }',
          { i: id },
        );
      if (n % 5 === 1)
        return client(
          'mutation($i: ID!, $u: ID!) { removeMember(input: { organizationId: $i, userId: $u }) { __typename } }',
          { i: id, u: userOf(n * 7) },
        );
      if (n % 5 === 2) return invite(client, id, `many-new-${n}`, 'MEMBER').catch(() => undefined);
      return client(
        'mutation($input: ChangeMemberRoleInput!) { changeMemberRole(input: $input) { __typename } }',
        { input: { ...variables.input, role: n % 2 ? 'ADMIN' : 'OWNER' } },
      );
    }),
  );
  const clients = Array.from({ length: 10 }, (_, n) => as(`many-${n}`));
  const seen = await Promise.all(
    clients.map(
      async (client) =>
        (await client('query($id: ID!) { organization(id: $id) { viewerRole } }', { id })).data
          .organization?.viewerRole,
    ),
  );
  const ownerIndex = seen.indexOf('OWNER');
  expect(ownerIndex, 'an owner is left').toBeGreaterThanOrEqual(0);
  const survivor = clients[ownerIndex] ?? owner;
  const log = await logOf(survivor, id);
  expect(log.map(({ sequence }) => sequence)).toEqual(log.map((_, index) => index + 1));
  const told = new Map<string, string | null>();
  for (const { path, from, to } of log.flatMap(({ changes }) => changes)) {
    const [, userId] = /^members\.(\w+)\.role$/.exec(path) ?? [];
    if (!userId) continue;
    expect(told.get(userId) ?? null, 'each change goes on from the one before').toBe(from);
    told.set(userId, to);
  }
  const live = ids.map((userId, n) => [userId, seen[n] ?? null]);
  expect([...told].sort()).toEqual(live.sort());
});
