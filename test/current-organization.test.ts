import { expect, test } from 'vitest';
import { type Client, codesOf, dataOf, startServer, tokenOf } from './support/client.ts';
import { createOrganization } from './support/organizations.ts';

const { as, withToken } = await startServer();

const current = async (client: Client, headers?: Record<string, string>) =>
  dataOf(await client('{ currentOrganization { name } }', {}, headers)).currentOrganization.name;

const SELECT =
  'mutation($id: ID!) { selectOrganization(input: { organizationId: $id }) { ... on SelectOrganizationSuccess { organization { name } } ... on Error { message } } }';
const KEY =
  'mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) { ... on CreateApiKeySuccess { secret apiKey { prefix } } ... on Error { message } } }';

test('with one membership it is that one; with several and no choice the error lists them', async () => {
  const ada = as('rule-five');
  expect((await ada('{ currentOrganization { id } }')).errors?.[0]).toMatchObject({
    extensions: { code: 'ORGANIZATION_NOT_SELECTED', choices: [] },
  });
  const one = await createOrganization(ada, { name: 'Only' });
  expect(await current(ada)).toBe('Only');
  const two = await createOrganization(ada, { name: 'Other' });
  expect((await ada('{ currentOrganization { id } }')).errors?.[0]?.extensions).toMatchObject({
    code: 'ORGANIZATION_NOT_SELECTED',
    choices: [
      { id: one.id, name: 'Only', slug: one.slug },
      { id: two.id, name: 'Other', slug: two.slug },
    ],
  });
});

test('argument beats header, header beats the token’s org_id, that beats the stored selection', async () => {
  const ada = as('order');
  const [stored, claimed, headed, argued] = await Promise.all(
    ['Stored', 'Claimed', 'Headed', 'Argued'].map((name) => createOrganization(ada, { name })),
  );
  dataOf(await ada(SELECT, { id: stored.id }));
  expect(await current(ada)).toBe('Stored');
  const withClaim = withToken(tokenOf('order', { org_id: claimed.id }));
  expect(await current(withClaim)).toBe('Claimed');
  expect(await current(withClaim, { 'x-organization-id': headed.id })).toBe('Headed');
  const log = dataOf(
    await withClaim(
      'query($id: ID!) { auditLogs(organizationId: $id) { nodes { organizationId } } }',
      { id: argued.id },
      { 'x-organization-id': headed.id },
    ),
  );
  expect(log.auditLogs.nodes).toEqual([{ organizationId: argued.id }]);
});

test('an API key is bound to its organization, and no other name gets it elsewhere', async () => {
  const ada = as('bound');
  const home = await createOrganization(ada, { name: 'Home' });
  const other = await createOrganization(ada, { name: 'Other' });
  const { createApiKey } = dataOf(
    await ada(KEY, {
      input: { organizationId: home.id, name: 'Key', permissions: ['organization:read'] },
    }),
  );
  const key = withToken(createApiKey.secret);
  expect(await current(key)).toBe('Home');
  expect(dataOf(await key('{ viewer { type user { id } } }'))).toEqual({
    viewer: { type: 'API_KEY', user: null },
  });
  const elsewhere = await key(
    '{ currentOrganization { id } }',
    {},
    { 'x-organization-id': other.id },
  );
  expect(codesOf(elsewhere)).toEqual(['NOT_FOUND']);
  expect(codesOf(await key(SELECT, { id: home.id }))).toEqual(['FORBIDDEN']);
});

test('membership is checked each time: a name given outright that is not yours is not found, never replaced', async () => {
  const eve = as('eve');
  await createOrganization(eve, { name: 'Mine' });
  const theirs = await createOrganization(as('ada'), { name: 'Theirs' });
  const header = await eve(
    '{ currentOrganization { id } }',
    {},
    { 'x-organization-id': theirs.id },
  );
  expect(codesOf(header)).toEqual(['NOT_FOUND']);
  const claim = await as('eve', { org_id: theirs.id })('{ currentOrganization { id } }');
  expect(codesOf(claim)).toEqual(['NOT_FOUND']);
  expect(codesOf(await eve(SELECT, { id: theirs.id }))).toEqual(['NOT_FOUND']);
  const malformed = await eve(
    '{ currentOrganization { id } }',
    {},
    { 'x-organization-id': 'mine' },
  );
  expect(malformed.errors?.[0]).toMatchObject({
    extensions: { code: 'BAD_USER_INPUT', fields: [{ path: ['X-Organization-Id'] }] },
  });
});
