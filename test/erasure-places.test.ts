import { expect, inject, test } from 'vitest';
import { DAY_MS } from '../src/kernel/clock.ts';
import { type Client, dataOf, startServer } from './support/client.ts';
import { commandLine } from './support/command-line.ts';
import { erase, tracesOf } from './support/erasure.ts';
import { call, join } from './support/members.ts';
import { addMember, createOrganization } from './support/organizations.ts';
import { prune } from './support/retention.ts';

const server = await startServer();
const { as } = server;
const ada = as('ada');
const { run } = commandLine(server.url);

/** A mutation that must succeed. */
async function done(client: Client, mutation: string, input: object, selection: string) {
  const result = await call(client, mutation, input, selection);
  expect(result.__typename).toMatch(/Success$/);
  return result;
}

/** Registers a resource that is named by an address, beside another, and removes it. */
async function withRemovedResource(id: string, email: string): Promise<void> {
  const resource = { organizationId: id, resourceUID: `users/${email}` };
  const more = { type: 'user', name: 'A user', scope: 'COST' };
  await done(ada, 'createResource', { ...resource, ...more }, 'resource { id }');
  const other = { ...resource, ...more, resourceUID: 'users/other' };
  await done(ada, 'createResource', other, 'resource { id }');
  await done(ada, 'removeResource', resource, 'resource { id }');
}

const offer = (from: Client, organizationId: string, userId: string) =>
  done(from, 'offerOwnership', { organizationId, userId }, 'ownershipOffer { id }');

test.each<[string, string, string, (id: string, userId: string) => Promise<unknown>]>([
  [
    'an offer of the ownership to them',
    'heir7301',
    'ADMIN',
    (id, userId) => offer(ada, id, userId),
  ],
  [
    'an offer of the ownership by them',
    'giver7302',
    'OWNER',
    async (id) => offer(as('giver7302'), id, await join(ada, as, id, 'bob', 'ADMIN')),
  ],
  [
    'a resource that is named by them and was removed',
    'named7303',
    'ADMIN',
    (id) => withRemovedResource(id, 'named7303@example.com'),
  ],
])(
  'an erasure takes the address of someone who left out of %s',
  async (_, name, role, meanwhile) => {
    const { id } = await createOrganization(ada, { name: 'Places' });
    await meanwhile(id, await join(ada, as, id, name, role));
    await done(as(name), 'leaveOrganization', { organizationId: id }, 'organizationId');
    // The planner's statistics keep values of columns.
    if (inject('provider') === 'postgresql') await server.query('ANALYZE');
    expect(await tracesOf(server, `${name}@`)).not.toEqual([]);
    const result = await erase(ada, id, `${name}@example.com`);
    expect(result).toMatchObject({ __typename: 'EraseSubjectSuccess', tracesRemoved: true });
    expect(await tracesOf(server, `${name}@`)).toEqual([]);
  },
);

test('an erasure takes an address that is no one’s any more out of an organization that waits to be purged', async () => {
  const name = 'deleter7304';
  const { id } = await createOrganization(as(name), { name: 'Waiting' });
  const deletion = { organizationId: id, confirmName: 'Waiting', graceDays: 5 };
  await done(as(name), 'deleteOrganization', deletion, 'organizationId');
  const renamed = as(name, { email: 'another7304@example.com' });
  expect((await renamed('{ viewer { type } }')).status).toBe(200);
  const address = `${name}@example.com`;
  const { code, stderr } = await run(
    ...['erase', '--email', address, '--confirm', address, '--organization', id],
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(await tracesOf(server, `${name}@`)).toEqual([]);
});

/** Erases a person as the operator does, who has to find them in one organization and to leave no trace. */
async function erasedByOperator(name: string): Promise<void> {
  const address = `${name}@example.com`;
  const { code, stdout } = await run('erase', '--email', address, '--confirm', address);
  expect({ code, stdout }).toMatchObject({ code: 0 });
  expect(stdout).toContain('Erased from 1 of 1 organizations.');
  expect(await tracesOf(server, `${name}@`)).toEqual([]);
}

test('the operator’s erasure finds an organization in which retention left nothing else of them', async () => {
  const { id } = await createOrganization(ada, { name: 'Left', settings: { retentionDays: 30 } });
  await withRemovedResource(id, 'left7305@example.com');
  server.advance(31 * DAY_MS);
  expect(await prune(server)).toBe(1);
  await erasedByOperator('left7305');
});

test('the operator’s erasure finds an organization in which retention left an offer of the ownership alone', async () => {
  const { id } = await createOrganization(ada, { name: 'Offer', settings: { retentionDays: 30 } });
  await addMember(server.query, as, id, 'left7306', 'ADMIN');
  const { viewer } = dataOf(await as('left7306')('{ viewer { user { id } } }'));
  await offer(ada, id, viewer.user.id);
  await done(as('left7306'), 'leaveOrganization', { organizationId: id }, 'organizationId');
  server.advance(31 * DAY_MS);
  expect(await prune(server)).toBeGreaterThan(0);
  await erasedByOperator('left7306');
});
