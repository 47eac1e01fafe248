import { expect, test } from 'vitest';
import { DAY_MS, MINUTE_MS } from '../src/kernel/clock.ts';
import { codesOf, type Data, dataOf, startServer } from './support/client.ts';
import { createKey } from './support/isolation-tenant.ts';
import { addMember, createOrganization, logOf } from './support/organizations.ts';

const server = await startServer();
const { as, query, withToken, advance } = server;
const ada = as('ada');

const KEY = 'id name prefix lastUsedAt revokedAt previousSecretExpiresAt';
const WHO = '{ viewer { type } }';

const RENAME = `mutation($input: RenameApiKeyInput!) { renameApiKey(input: $input) { ... on RenameApiKeySuccess { apiKey { ${KEY} } } ... on InvalidInputError { fields { path message } } } }`;
const REVOKE = `mutation($input: RevokeApiKeyInput!) { revokeApiKey(input: $input) { ... on RevokeApiKeySuccess { apiKey { ${KEY} } } } }`;
const ROTATE = `mutation($input: RotateApiKeyInput!) { rotateApiKey(input: $input) { ... on RotateApiKeySuccess { secret apiKey { ${KEY} } } ... on InvalidInputError { fields { path message } } } }`;
const LIST = `query($id: ID!, $first: Int, $after: String) { organization(id: $id) { apiKeys(first: $first, after: $after) { totalCount nodes { ${KEY} } pageInfo { hasNextPage endCursor } } } }`;

const listOf = async (id: string, paging = {}): Promise<Data> =>
  dataOf(await ada(LIST, { id, ...paging })).organization.apiKeys;

const statusOf = async (secret: string) => (await withToken(secret)(WHO)).status;

test('keys are listed page by page, revoked ones among them, to those who manage them', async () => {
  const { id } = await createOrganization(ada, { name: 'Listing' });
  const keys = [];
  for (const name of ['One', 'Two', 'Three']) keys.push(await createKey(ada, id, { name }));
  dataOf(await ada(REVOKE, { input: { apiKeyId: keys[1]?.id } }));
  const first = await listOf(id, { first: 2 });
  expect(first.totalCount).toBe(3);
  expect(first.nodes.map(({ name }: Data) => name)).toEqual(['One', 'Two']);
  expect(first.nodes[1].revokedAt).not.toBeNull();
  const rest = await listOf(id, { first: 2, after: first.pageInfo.endCursor });
  expect(rest.nodes.map(({ name }: Data) => name)).toEqual(['Three']);
  await addMember(query, as, id, 'listing-auditor', 'AUDITOR');
  const refused = await as('listing-auditor')(LIST, { id });
  expect(codesOf(refused)).toEqual(['FORBIDDEN']);
  expect((await logOf(ada, id)).at(-1)).toMatchObject({
    action: 'access.denied',
    metadata: { permission: 'apiKey:manage' },
  });
});

test('a rename is trimmed, checked and recorded with both names', async () => {
  const { id } = await createOrganization(ada, { name: 'Renaming' });
  const key = await createKey(ada, id, { name: 'Before' });
  const bad = dataOf(await ada(RENAME, { input: { apiKeyId: key.id, name: ' ' } })).renameApiKey;
  expect(bad.fields[0].path).toEqual(['name']);
  const { renameApiKey } = dataOf(
    await ada(RENAME, { input: { apiKeyId: key.id, name: ' After ' } }),
  );
  expect(renameApiKey.apiKey.name).toBe('After');
  expect((await logOf(ada, id)).at(-1)).toMatchObject({
    action: 'apiKey.renamed',
    resourceUID: key.id,
    details: "Renamed API key 'Before' to 'After'",
    changes: [{ path: 'name', from: 'Before', to: 'After' }],
  });
});

test('a revoked key is refused by the very next request, for good, and that is on record', async () => {
  const { id } = await createOrganization(ada, { name: 'Revoking' });
  const { id: apiKeyId, secret } = await createKey(ada, id);
  expect(await statusOf(secret)).toBe(200);
  dataOf(await ada(REVOKE, { input: { apiKeyId } }));
  const refused = await withToken(secret)(WHO);
  expect([refused.status, codesOf(refused)]).toEqual([401, ['UNAUTHENTICATED']]);
  expect((await logOf(ada, id)).at(-1)).toMatchObject({
    action: 'apiKey.revoked',
    resourceUID: apiKeyId,
  });
  expect(codesOf(await ada(REVOKE, { input: { apiKeyId } }))).toEqual(['CONFLICT']);
  expect(codesOf(await ada(ROTATE, { input: { apiKeyId } }))).toEqual(['CONFLICT']);
});

test('a rotation shows the new secret once and refuses the old one at once', async () => {
  const { id } = await createOrganization(ada, { name: 'Rotating' });
  const old = await createKey(ada, id);
  const { rotateApiKey } = dataOf(await ada(ROTATE, { input: { apiKeyId: old.id } }));
  expect(rotateApiKey.apiKey.previousSecretExpiresAt).toBeNull();
  expect(await statusOf(rotateApiKey.secret)).toBe(200);
  expect(await statusOf(old.secret)).toBe(401);
  const entry = (await logOf(ada, id)).at(-1);
  expect(entry).toMatchObject({ action: 'apiKey.rotated', resourceUID: old.id });
  expect(JSON.stringify(entry)).not.toContain(rotateApiKey.secret);
  const rows = JSON.stringify(await query('SELECT * FROM "ApiKey" WHERE "id" = $1', [old.id]));
  expect(rows).not.toContain(rotateApiKey.secret);
});

test('with an overlap both secrets are valid until it ends, never three', async () => {
  const { id } = await createOrganization(ada, { name: 'Overlapping' });
  const first = await createKey(ada, id);
  const rotate = async (overlapMinutes: number): Promise<Data> =>
    dataOf(await ada(ROTATE, { input: { apiKeyId: first.id, overlapMinutes } })).rotateApiKey;
  expect((await rotate(10_081)).fields[0].path).toEqual(['overlapMinutes']);
  expect((await rotate(-1)).fields[0].path).toEqual(['overlapMinutes']);
  const second = await rotate(60);
  expect([await statusOf(first.secret), await statusOf(second.secret)]).toEqual([200, 200]);
  const third = await rotate(60);
  expect(await statusOf(first.secret)).toBe(401);
  expect([await statusOf(second.secret), await statusOf(third.secret)]).toEqual([200, 200]);
  advance(60 * MINUTE_MS);
  const ended = await withToken(second.secret)(WHO);
  expect([ended.status, ended.errors?.[0]?.message]).toEqual([401, 'The bearer token is expired.']);
  expect(await statusOf(third.secret)).toBe(200);
});

test('an expired key is refused, and cannot be rotated', async () => {
  const { id } = await createOrganization(ada, { name: 'Expiring' });
  const expiresAt = new Date(server.clock().getTime() + DAY_MS).toISOString();
  const { createApiKey } = dataOf(
    await ada(
      'mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) { ... on CreateApiKeySuccess { secret apiKey { id } } } }',
      { input: { organizationId: id, name: 'K', permissions: ['auditLog:read'], expiresAt } },
    ),
  );
  expect(await statusOf(createApiKey.secret)).toBe(200);
  advance(DAY_MS);
  expect(await statusOf(createApiKey.secret)).toBe(401);
  const answer = await ada(ROTATE, { input: { apiKeyId: createApiKey.apiKey.id } });
  expect(codesOf(answer)).toEqual(['CONFLICT']);
});

test('a key cannot manage itself, and the attempt is on record', async () => {
  const { id } = await createOrganization(ada, { name: 'Itself' });
  const key = await createKey(ada, id);
  const answer = await withToken(key.secret)(ROTATE, { input: { apiKeyId: key.id } });
  expect(codesOf(answer)).toEqual(['FORBIDDEN']);
  expect((await logOf(ada, id)).at(-1)).toMatchObject({
    action: 'access.denied',
    actor: { type: 'API_KEY', id: key.id },
  });
});

/** What the database says, as milliseconds, once it says something newer than `since`. */
async function lastUseAfter(id: string, since: number | null): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const row = await server.database.read.apiKey.findUnique({ where: { id } });
    const at = row?.lastUsedAt?.getTime() ?? null;
    if (at !== null && (since === null || at > since)) return at;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('The last use was not written.');
}

test('the last use is written at most once a minute, and leaves no entry', async () => {
  const { id } = await createOrganization(ada, { name: 'Using' });
  const key = await createKey(ada, id);
  const entriesBefore = (await logOf(ada, id)).length;
  expect((await listOf(id)).nodes[0].lastUsedAt).toBeNull();
  await Promise.all(Array.from({ length: 8 }, () => statusOf(key.secret)));
  const first = await lastUseAfter(key.id, null);
  advance(MINUTE_MS / 2);
  await statusOf(key.secret);
  advance(MINUTE_MS);
  const before = server.clock().getTime();
  await statusOf(key.secret);
  const second = await lastUseAfter(key.id, first);
  expect(second, 'nothing was written half a minute later').toBeGreaterThanOrEqual(before);
  expect((await logOf(ada, id)).length).toBe(entriesBefore);
});

test('a last use that is waiting is written when the server closes', async () => {
  const other = await startServer();
  const { id } = await createOrganization(other.as('ada'), { name: 'Closing' });
  const key = await createKey(other.as('ada'), id);
  expect((await other.withToken(key.secret)(WHO)).status).toBe(200);
  await other.server.close();
  const row = await other.database.read.apiKey.findUnique({ where: { id: key.id } });
  expect(row?.lastUsedAt).not.toBeNull();
});
