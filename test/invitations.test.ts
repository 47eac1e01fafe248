import { expect, test } from 'vitest';
import { deliverInvitations } from '../src/features/invitation/deliver-invitations.ts';
import { DAY_MS, MINUTE_MS } from '../src/kernel/clock.ts';
import { openSystemSession } from '../src/ledger/session.ts';
import type { Mail } from '../src/mail/mailer.ts';
import { type Client, type Data, dataOf, startServer } from './support/client.ts';
import { createKey } from './support/isolation-tenant.ts';
import { call, INVITATION, invite, join, rolesOf } from './support/members.ts';
import { createOrganization, logOf } from './support/organizations.ts';

const { as, advance, clock, database, query, withToken } = await startServer();
const system = openSystemSession(database, clock, 'mail');

/** Delivers what is due to a mailbox, or to a mail server that is out; gives what arrived. */
async function deliver({ out = false } = {}): Promise<Mail[]> {
  const mails: Mail[] = [];
  const mailer = async (mail: Mail) => {
    if (out) throw new Error('connect ECONNREFUSED');
    mails.push(mail);
  };
  await deliverInvitations(system, { mailer, linkOf: () => null, failed: () => undefined });
  return mails;
}

/** The token of the newest mail to a person. */
function tokenIn(mails: readonly Mail[], name: string): string {
  const mail = mails.findLast(({ to }) => to === `${name}@example.com`);
  const [, token = ''] = /token:\n\n([\w-]{43})\n/.exec(mail?.text ?? '') ?? [];
  expect(token).not.toBe('');
  return token;
}

const accept = (client: Client, input: object) =>
  call(client, 'acceptInvitation', input, 'member { role }');

const closed = (reason: string) => ({
  __typename: 'InvitationClosedError',
  code: 'INVITATION_CLOSED',
  reason,
});

/** What an answer to an invitation says when it is refused. */
async function refusalOf(client: Client, mutation: string, input: object): Promise<Data> {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}`;
  const document = `mutation($input: ${type}Input!) { ${mutation}(input: $input) { __typename ... on InvitationClosedError { code reason } } }`;
  return dataOf(await client(document, { input }))[mutation];
}

async function found(name: string) {
  const owner = as(`${name}-owner`);
  const { id } = await createOrganization(owner, { name: `${name} Inc` });
  return { owner, id };
}

test('the mailed link makes the invited person a member, with an entry for each of the two facts', async () => {
  const { owner, id } = await found('link');
  const invitation = await invite(owner, id, 'link-bob', 'AUDITOR');
  expect(invitation).toMatchObject({
    status: 'PENDING',
    email: 'link-bob@example.com',
    sentAt: null,
  });
  expect(new Date(invitation.expiresAt).getTime() - new Date(invitation.createdAt).getTime()).toBe(
    7 * DAY_MS,
  );
  const mails = await deliver();
  expect(mails.at(-1)).toMatchObject({
    to: 'link-bob@example.com',
    subject: 'Invitation to link Inc',
  });
  const token = tokenIn(mails, 'link-bob');
  expect(await accept(as('link-bob'), { token })).toMatchObject({ member: { role: 'AUDITOR' } });
  const [, created, accepted, joined] = await logOf(owner, id);
  expect(created).toMatchObject({
    action: 'invitation.created',
    details: 'Invited link-bob@example.com as AUDITOR',
  });
  expect(accepted).toMatchObject({
    action: 'invitation.accepted',
    email: 'link-bob@example.com',
    resourceUID: invitation.id,
  });
  expect(joined).toMatchObject({
    action: 'member.joined',
    correlationId: accepted.correlationId,
    changes: [{ path: `members.${joined.resourceUID}.role`, from: null, to: 'AUDITOR' }],
  });
  expect(await refusalOf(as('link-bob'), 'acceptInvitation', { token })).toEqual(closed('USED'));
});

test('the token is stored as a hash alone: it stands in no table, and in no answer', async () => {
  const { owner, id } = await found('hash');
  await invite(owner, id, 'hash-bob', 'MEMBER');
  const token = tokenIn(await deliver(), 'hash-bob');
  const tables = ['Invitation', 'InvitationToken', 'InvitationMail', 'AuditLog'];
  const rows = await Promise.all(tables.map((table) => query<Data>(`SELECT * FROM "${table}"`)));
  const text = rows
    .flat()
    .flatMap((row) => Object.values(row))
    .map((value) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value),
    );
  expect(text.join('\n')).not.toContain(token);
  expect(await query('SELECT 1 AS "one" FROM "InvitationToken"')).not.toEqual([]);
});

test('somebody else’s link, a guessed one and an API key open nothing, and nothing tells them apart', async () => {
  const { owner, id } = await found('foreign');
  const invitation = await invite(owner, id, 'foreign-bob', 'ADMIN');
  const token = tokenIn(await deliver(), 'foreign-bob');
  const mallory = as('foreign-mallory');
  for (const mutation of ['acceptInvitation', 'declineInvitation']) {
    for (const input of [
      { token },
      { invitationId: invitation.id },
      { token: 'A'.repeat(43) },
      { token: '' },
    ])
      expect(await refusalOf(mallory, mutation, input)).toEqual(closed('UNKNOWN'));
  }
  const key = withToken((await createKey(owner, id, { name: 'k' })).secret);
  const answer = await key(
    'mutation($t: String) { acceptInvitation(input: { token: $t }) { __typename } }',
    { t: token },
  );
  expect(answer.errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
  expect(Object.keys(await rolesOf(owner, id))).toEqual(['foreign-owner@example.com']);
});

test('an invitation that ran out, was taken back or declined is refused with its reason; a resend opens it again', async () => {
  const { owner, id } = await found('closed');
  const [expired, revoked, declined] = await Promise.all(
    ['a', 'b', 'c'].map((name) => invite(owner, id, `closed-${name}`, 'MEMBER')),
  );
  const mails = await deliver();
  await call(owner, 'revokeInvitation', { invitationId: revoked.id }, INVITATION);
  const no = await call(
    as('closed-c'),
    'declineInvitation',
    { invitationId: declined.id },
    INVITATION,
  );
  expect(no.invitation.status).toBe('DECLINED');
  const tried = (name: string) =>
    refusalOf(as(`closed-${name}`), 'acceptInvitation', {
      token: tokenIn(mails, `closed-${name}`),
    });
  expect(await tried('b')).toEqual(closed('REVOKED'));
  expect(await tried('c')).toEqual(closed('USED'));
  expect(await refusalOf(owner, 'resendInvitation', { invitationId: revoked.id })).toEqual(
    closed('REVOKED'),
  );
  advance(7 * DAY_MS);
  expect(await tried('a')).toEqual(closed('EXPIRED'));
  const listed = async (status: string) =>
    dataOf(
      await owner(
        `query($id: ID!) { organization(id: $id) { invitations(status: ${status}) { totalCount nodes { email } } } }`,
        { id },
      ),
    ).organization.invitations;
  expect(await listed('EXPIRED')).toEqual({
    totalCount: 1,
    nodes: [{ email: 'closed-a@example.com' }],
  });
  const again = await call(owner, 'resendInvitation', { invitationId: expired.id }, INVITATION);
  expect(again.invitation.status).toBe('PENDING');
  expect((await listed('EXPIRED')).totalCount).toBe(0);
  expect(await tried('a'), 'the former link is dead').toEqual(closed('UNKNOWN'));
  const token = tokenIn(await deliver(), 'closed-a');
  expect(await accept(as('closed-a'), { token })).toMatchObject({ member: { role: 'MEMBER' } });
});

test('an address has one open invitation: a second is refused, or replaces it where that is said', async () => {
  const { owner, id } = await found('twice');
  const first = await invite(owner, id, 'twice-bob', 'MEMBER');
  const input = { organizationId: id, email: ' Twice-BOB@example.com', role: 'ADMIN' };
  const document =
    'mutation($input: CreateInvitationInput!) { createInvitation(input: $input) { ... on AlreadyInvitedError { code invitationId } ... on CreateInvitationSuccess { invitation { id } } } }';
  expect(dataOf(await owner(document, { input })).createInvitation).toEqual({
    code: 'ALREADY_INVITED',
    invitationId: first.id,
  });
  const mails = await deliver();
  const second = dataOf(await owner(document, { input: { ...input, replace: true } }))
    .createInvitation.invitation;
  const log = (await logOf(owner, id)).slice(-2);
  expect(log.map(({ action, resourceUID }) => [action, resourceUID])).toEqual([
    ['invitation.created', second.id],
    ['invitation.replaced', first.id],
  ]);
  const bob = as('twice-bob');
  expect(await refusalOf(bob, 'acceptInvitation', { token: tokenIn(mails, 'twice-bob') })).toEqual(
    closed('REVOKED'),
  );
  expect(await accept(bob, { invitationId: second.id })).toMatchObject({
    member: { role: 'ADMIN' },
  });
  expect(await call(owner, 'createInvitation', { ...input, replace: true })).toMatchObject({
    __typename: 'AlreadyMemberError',
    code: 'ALREADY_MEMBER',
  });
});

test('an email that is none and days out of range are named together', async () => {
  const { owner, id } = await found('bad');
  const input = { organizationId: id, email: 'nobody', role: 'MEMBER', expiresInDays: 31 };
  expect(await call(owner, 'createInvitation', input)).toMatchObject({
    __typename: 'InvalidInputError',
    fields: [{ path: ['email'] }, { path: ['expiresInDays'] }],
  });
  expect(await call(owner, 'acceptInvitation', {})).toMatchObject({ code: 'BAD_USER_INPUT' });
});

test('a hundred open invitations are the most, also when fifty are asked for at once', async () => {
  const { owner, id } = await found('limit');
  for (let n = 0; n < 3; n += 1) {
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, m) =>
        call(owner, 'createInvitation', {
          organizationId: id,
          email: `limit-${n}-${m}@example.com`,
          role: 'MEMBER',
        }),
      ),
    );
    const kinds = new Set(results.map(({ __typename }) => __typename));
    expect([...kinds]).toEqual([n < 2 ? 'CreateInvitationSuccess' : 'InvitationLimitError']);
  }
});

test('while the mail server is out no invitation is lost: each is tried again, later and later, and arrives', async () => {
  while ((await deliver()).length > 0);
  const { owner, id } = await found('outage');
  const invitation = await invite(owner, id, 'outage-bob', 'MEMBER');
  expect(await deliver({ out: true })).toEqual([]);
  expect(await deliver(), 'not at once').toEqual([]);
  advance(MINUTE_MS);
  await deliver({ out: true });
  advance(MINUTE_MS);
  expect(await deliver(), 'the second wait is longer').toEqual([]);
  advance(MINUTE_MS);
  const mails = await deliver();
  expect(mails.map(({ to }) => to)).toEqual(['outage-bob@example.com']);
  expect(await deliver(), 'once').toEqual([]);
  const { node } = dataOf(
    await owner('query($id: ID!) { node(id: $id) { ... on Invitation { sentAt } } }', {
      id: invitation.id,
    }),
  );
  expect(node.sentAt).not.toBeNull();
  expect(await accept(as('outage-bob'), { token: tokenIn(mails, 'outage-bob') })).toMatchObject({
    member: { role: 'MEMBER' },
  });
});

test('processes that deliver at the same time hand each mail over once; a revoked one goes nowhere', async () => {
  const { owner, id } = await found('beside');
  for (const name of ['a', 'b', 'c']) await invite(owner, id, `beside-${name}`, 'MEMBER');
  const gone = await invite(owner, id, 'beside-d', 'MEMBER');
  await call(owner, 'revokeInvitation', { invitationId: gone.id }, INVITATION);
  const rounds = await Promise.all(Array.from({ length: 5 }, () => deliver()));
  expect(
    rounds
      .flat()
      .map(({ to }) => to)
      .sort(),
  ).toEqual(['a', 'b', 'c'].map((name) => `beside-${name}@example.com`));
});

test('fifty accepts of one invitation at once make one member and one entry', async () => {
  const { owner, id } = await found('race');
  const { id: invitationId } = await invite(owner, id, 'race-bob', 'MEMBER');
  const results = await Promise.all(
    Array.from({ length: 50 }, () => accept(as('race-bob'), { invitationId })),
  );
  expect(results.filter(({ __typename }) => __typename === 'AcceptInvitationSuccess')).toHaveLength(
    1,
  );
  expect(results.filter(({ code }) => code === 'INVITATION_CLOSED')).toHaveLength(49);
  const actions = (await logOf(owner, id)).map(({ action }) => action);
  expect(actions.filter((action) => action === 'member.joined')).toHaveLength(1);
  expect(await join(owner, as, id, 'race-eve', 'MEMBER')).toMatch(/^usr_/);
});
