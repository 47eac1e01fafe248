import { expect, test } from 'vitest';
import { purgeDue } from '../src/features/organization/purge-organization.ts';
import { DAY_MS } from '../src/kernel/clock.ts';
import { openSystemSession } from '../src/ledger/session.ts';
import { type Client, codesOf, type Data, dataOf, startServer } from './support/client.ts';
import {
  addMember,
  createOrganization,
  logOf,
  tryCreateOrganization,
} from './support/organizations.ts';

const { as, advance, database, clock, query } = await startServer();
const ada = as('ada');

const DELETE =
  'mutation($input: DeleteOrganizationInput!) { deleteOrganization(input: $input) { __typename ... on DeleteOrganizationSuccess { organizationId purgeAt query { viewer { type } } } ... on InvalidInputError { fields { path message } } } }';
const RESTORE =
  'mutation($id: ID!) { restoreOrganization(input: { organizationId: $id }) { __typename ... on RestoreOrganizationSuccess { organization { name slug version metadata viewerRole settings { timezone } deletion { purgeAt } } } } }';
const READ =
  'query($id: ID!) { organization(id: $id) { name deletion { requestedBy requestedAt purgeAt } } }';

const remove = async (client: Client, input: object) =>
  dataOf(await client(DELETE, { input })).deleteOrganization;

test('a deletion is scheduled, tells its owner when it cannot be undone, and is an entry', async () => {
  const { id } = await createOrganization(ada, { name: 'Going' });
  const result = await remove(ada, { organizationId: id, confirmName: 'Going' });
  expect(result).toMatchObject({ organizationId: id, query: { viewer: { type: 'USER' } } });
  const inDays = (Date.parse(result.purgeAt) - clock().getTime()) / DAY_MS;
  expect(inDays).toBeGreaterThan(29.9);
  expect(inDays).toBeLessThan(30.1);
  expect(dataOf(await ada(READ, { id })).organization).toMatchObject({
    name: 'Going',
    deletion: { requestedBy: 'ada@example.com', purgeAt: result.purgeAt },
  });
  expect((await logOf(ada, id)).at(-1)).toMatchObject({
    action: 'organization.deletionScheduled',
    metadata: { name: 'Going', graceDays: 30 },
  });
});

test('access is blocked at once: other members see nothing, and the owner cannot change it', async () => {
  const { id } = await createOrganization(ada, { name: 'Blocked' });
  await addMember(query, as, id, 'admin-of-blocked', 'ADMIN');
  const admin = as('admin-of-blocked');
  expect(dataOf(await admin(READ, { id })).organization).toMatchObject({ name: 'Blocked' });
  await remove(ada, { organizationId: id, confirmName: 'Blocked' });
  expect(dataOf(await admin(READ, { id })).organization).toBeNull();
  expect(
    codesOf(
      await admin('query($id: ID!) { auditLogs(organizationId: $id) { totalCount } }', { id }),
    ),
  ).toEqual(['NOT_FOUND']);
  const update =
    'mutation($id: ID!) { updateOrganization(input: { organizationId: $id, name: "X" }) { __typename } }';
  expect(codesOf(await ada(update, { id }))).toEqual(['CONFLICT']);
});

test('a restore gives back everything exactly, and is an entry', async () => {
  const { id, slug } = await createOrganization(ada, {
    name: 'Back',
    settings: { timezone: 'Europe/Paris' },
    metadata: { a: 1 },
  });
  await addMember(query, as, id, 'member-of-back', 'AUDITOR');
  await remove(ada, { organizationId: id, confirmName: 'Back' });
  const { restoreOrganization } = dataOf(await ada(RESTORE, { id }));
  expect(restoreOrganization.organization).toEqual({
    name: 'Back',
    slug,
    version: 3,
    metadata: { a: 1 },
    viewerRole: 'OWNER',
    settings: { timezone: 'Europe/Paris' },
    deletion: null,
  });
  const auditor = as('member-of-back');
  expect((await logOf(auditor, id)).map(({ action }) => action)).toEqual([
    'organization.created',
    'organization.deletionScheduled',
    'organization.restored',
  ]);
  expect(codesOf(await ada(RESTORE, { id }))).toEqual(['CONFLICT']);
});

test('the name must confirm, letter for letter; the grace has limits; an admin may not', async () => {
  const { id } = await createOrganization(ada, { name: 'Sure' });
  expect(await remove(ada, { organizationId: id, confirmName: 'sure' })).toMatchObject({
    __typename: 'InvalidInputError',
    fields: [{ path: ['confirmName'] }],
  });
  expect(
    await remove(ada, { organizationId: id, confirmName: 'Sure', graceDays: -1 }),
  ).toMatchObject({
    fields: [{ path: ['graceDays'] }],
  });
  await addMember(query, as, id, 'admin-of-sure', 'ADMIN');
  const denied = await as('admin-of-sure')(DELETE, {
    input: { organizationId: id, confirmName: 'Sure' },
  });
  expect(codesOf(denied)).toEqual(['FORBIDDEN']);
  expect((await logOf(ada, id)).at(-1)).toMatchObject({
    action: 'access.denied',
    outcome: 'DENIED',
    email: 'admin-of-sure@example.com',
    resourceUID: 'organization:delete',
  });
});

test('no grace purges at once: nothing is left to see or restore, and the log stays', async () => {
  const { id, slug } = await createOrganization(ada, { name: 'Gone' });
  await remove(ada, { organizationId: id, confirmName: 'Gone', graceDays: 0 });
  expect(dataOf(await ada(READ, { id })).organization).toBeNull();
  expect(codesOf(await ada(RESTORE, { id }))).toEqual(['NOT_FOUND']);
  const kept = await query<Data>(
    'SELECT e."action" FROM "AuditLog" e JOIN "Ledger" l ON l."id" = e."ledgerId" WHERE l."organizationId" = $1 ORDER BY e."sequence"',
    [id],
  );
  expect(kept.map(({ action }) => action)).toEqual(['organization.created', 'organization.purged']);
  expect(await query('SELECT 1 FROM "Membership" WHERE "organizationId" = $1', [id])).toEqual([]);
  expect(await tryCreateOrganization(as('eve'), { name: 'Heir', slug })).toMatchObject({
    __typename: 'SlugTakenError',
  });
  advance(91 * DAY_MS);
  expect(await tryCreateOrganization(as('eve'), { name: 'Heir', slug })).toMatchObject({
    __typename: 'CreateOrganizationSuccess',
  });
  advance(-91 * DAY_MS);
});

test('when the grace has run out the sweep purges, once, by the system; what is not due stays', async () => {
  const due = await createOrganization(ada, { name: 'Due' });
  const later = await createOrganization(ada, { name: 'Later' });
  await remove(ada, { organizationId: due.id, confirmName: 'Due', graceDays: 1 });
  await remove(ada, { organizationId: later.id, confirmName: 'Later', graceDays: 9 });
  const system = openSystemSession(
    database,
    () => new Date(clock().getTime() + 2 * DAY_MS),
    'purge',
  );
  const [one, two] = await Promise.all([purgeDue(system), purgeDue(system)]);
  expect(one + two).toBe(1);
  expect(dataOf(await ada(READ, { id: due.id })).organization).toBeNull();
  expect(dataOf(await ada(READ, { id: later.id })).organization).toMatchObject({ name: 'Later' });
  const [last] = await query<Data>(
    'SELECT e."action", e."actorType" FROM "AuditLog" e JOIN "Ledger" l ON l."id" = e."ledgerId" WHERE l."organizationId" = $1 ORDER BY e."sequence" DESC LIMIT 1',
    [due.id],
  );
  expect(last).toEqual({ action: 'organization.purged', actorType: 'SYSTEM' });
});
