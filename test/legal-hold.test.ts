import { expect, test } from 'vitest';
import { codesOf, dataOf, startServer } from './support/client.ts';
import { createHold, releaseHold, tryHold } from './support/holds.ts';
import { createOrganization, logOf } from './support/organizations.ts';

const { as } = await startServer();
const ada = as('ada');

const LIST =
  'query($id: ID!) { organization(id: $id) { legalHolds { totalCount nodes { id filter reason createdBy { email } } } } }';
const holdsOf = async (id: string) => dataOf(await ada(LIST, { id })).organization.legalHolds;

test('a hold is kept in one form, whoever wrote its filter, and is recorded', async () => {
  const { id } = await createOrganization(ada, { name: 'Held' });
  const hold = await createHold(ada, id, {
    scopes: [],
    emails: [' Eve@Example.COM', 'eve@example.com'],
    actions: ['schedule.*', 'report.made'],
    createdAt: { from: '2026-01-01T01:00:00+01:00' },
    search: '',
  });
  const filter = {
    emails: ['eve@example.com'],
    actions: ['report.made', 'schedule.*'],
    createdAt: { from: '2026-01-01T00:00:00.000Z' },
  };
  expect(hold).toMatchObject({
    organizationId: id,
    filter,
    reason: 'Suit 7',
    createdBy: { email: 'ada@example.com' },
  });
  expect(hold.id).toMatch(/^hold_/);
  expect(await holdsOf(id)).toMatchObject({ totalCount: 1, nodes: [{ id: hold.id, filter }] });
  expect((await logOf(ada, id)).at(-1)).toMatchObject({
    action: 'legalHold.created',
    resourceUID: hold.id,
    metadata: { filter, reason: 'Suit 7' },
  });
});

test('a released hold is gone, and the log tells of it; releasing it again finds nothing', async () => {
  const { id } = await createOrganization(ada, { name: 'Held' });
  const hold = await createHold(ada, id, { search: 'secret' });
  expect(await releaseHold(ada, hold.id)).toMatchObject({ legalHold: { id: hold.id } });
  expect(await holdsOf(id)).toEqual({ totalCount: 0, nodes: [] });
  expect((await logOf(ada, id)).at(-1)).toMatchObject({
    action: 'legalHold.released',
    resourceUID: hold.id,
    metadata: { filter: { search: 'secret' }, reason: 'Suit 7' },
  });
  const again = await ada(
    'mutation($input: ReleaseLegalHoldInput!) { releaseLegalHold(input: $input) { __typename } }',
    { input: { legalHoldId: hold.id } },
  );
  expect(codesOf(again)).toEqual(['NOT_FOUND']);
});

test.each([
  ['no reason', {}, '  ', 'reason'],
  ['a reason that is too long', {}, 'x'.repeat(1_001), 'reason'],
  ['a reason that cannot be stored', {}, 'a\u0000b', 'reason'],
  ['a filter that no list would take', { actions: ['*'] }, 'Why', 'filter.actions'],
])('a hold with %s is refused', async (_what, filter, reason, path) => {
  const { id } = await createOrganization(ada, { name: 'Held' });
  const answer = await tryHold(ada, id, filter, reason);
  expect(answer).toMatchObject({ __typename: 'InvalidInputError', code: 'BAD_USER_INPUT' });
  expect(answer.fields[0].path.join('.')).toBe(path);
  expect((await holdsOf(id)).totalCount).toBe(0);
});

test('at most 100 holds stand over a log', async () => {
  const { id } = await createOrganization(ada, { name: 'Held' });
  for (let n = 0; n < 100; n += 1) await createHold(ada, id, { resourceUIDs: [`${n}`] });
  const answer = await ada(
    'mutation($input: CreateLegalHoldInput!) { createLegalHold(input: $input) { __typename } }',
    { input: { organizationId: id, filter: {}, reason: 'One more' } },
  );
  expect(codesOf(answer)).toEqual(['CONFLICT']);
  expect((await holdsOf(id)).totalCount).toBe(100);
});
