import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readConfig } from '../src/config.ts';
import { ConfigError } from '../src/config-problem.ts';
import { type Data, startServer, tokenOf } from './support/client.ts';

const WHO = 'query Who { viewer { type } }';
const MAKE =
  'mutation Make($name: String!) { createOrganization(input: { name: $name }) { __typename } }';
const COUNT = 'query Count { organizations { totalCount } }';

const folder = mkdtempSync(join(tmpdir(), 'orgtrail-documents-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A file with this in it. */
function fileOf(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const HASH = 'c0ffee'.repeat(10);
const TRUSTED_DOCUMENTS = fileOf(
  'persisted-documents.json',
  JSON.stringify({ who: WHO, make: MAKE, [`sha256:${HASH}`]: COUNT }),
);
const server = await startServer({ env: { TRUSTED_DOCUMENTS } });
const authorization = `Bearer ${await tokenOf('ada')}`;

interface Heard {
  readonly status: number;
  readonly body: Data;
}

async function hear(init: RequestInit, path?: string, { send } = server): Promise<Heard> {
  const response = await send(init, path);
  return { status: response.status, body: await response.json() };
}

const post = (body: unknown, to = server) =>
  hear(
    {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    },
    '/graphql',
    to,
  );

const get = (search: string) => hear({ headers: { authorization } }, `/graphql?${search}`);

const hashed = (sha256Hash: unknown) => ({
  extensions: { persistedQuery: { version: 1, sha256Hash } },
});
const VIEWER = { status: 200, body: { data: { viewer: { type: 'USER' } } } };

describe('a trusted document', () => {
  test('runs by its id, by its hash and by its text, as often as it comes', async () => {
    for (let n = 0; n < 3; n++) {
      expect(await post({ documentId: 'who' })).toEqual(VIEWER);
      expect(await post({ query: WHO })).toEqual(VIEWER);
      for (const asked of [{ documentId: `sha256:${HASH}` }, hashed(HASH), { query: COUNT }]) {
        expect((await post(asked)).body).toEqual({ data: { organizations: { totalCount: 0 } } });
      }
    }
    expect(await get('documentId=who')).toEqual(VIEWER);
    const extensions = encodeURIComponent(JSON.stringify(hashed(HASH).extensions));
    expect((await get(`extensions=${extensions}`)).status).toBe(200);
  });

  test('takes variables, changes nothing by GET, and counts alone where a text stands beside its id', async () => {
    const made = { data: { createOrganization: { __typename: 'CreateOrganizationSuccess' } } };
    const variables = { name: 'Trusted' };
    expect((await post({ documentId: 'make', operationName: 'Make', variables })).body).toEqual(
      made,
    );
    expect((await get('documentId=make&variables={"name":"by link"}')).status).toBe(405);
    expect(await post({ documentId: 'who', query: MAKE, variables })).toEqual(VIEWER);
    expect((await post({ query: COUNT })).body.data.organizations.totalCount).toBe(1);
  });
});

describe('any other document', () => {
  test.each([
    ['another text', { query: '{ viewer { type } }' }],
    ['a trusted text and a space', { query: `${WHO} ` }],
    ['a trusted text and an operation more', { query: `${WHO} query Other { __typename }` }],
    ['an unknown id', { documentId: 'nobody' }],
    ['an unknown id beside a trusted text', { documentId: 'nobody', query: WHO }],
    ['an unknown hash, to be stored with its text', { query: '{ __typename }', ...hashed('abc') }],
    ['the name of a property', { documentId: '__proto__' }],
    ['an id that is no text', { documentId: ['who'] }],
    ['a hash that is no text', hashed({ toString: 'who' })],
    ['null for an id', { documentId: null }],
    ['introspection', { query: '{ __schema { queryType { name } } }' }],
    ['nothing', {}],
    ['a list', [{ documentId: 'who' }]],
  ])('does not run: %s', async (_, asked) => {
    for (let n = 0; n < 3; n++) {
      const { status, body } = await post(asked);
      expect([status, body.errors[0].extensions.code]).toEqual([400, 'BAD_USER_INPUT']);
      expect(body.data).toBeUndefined();
    }
  });

  test('runs where no documents were named, and an id means nothing', async () => {
    const open = await startServer();
    expect(await post({ query: '{ viewer { type } }' }, open)).toEqual(VIEWER);
    expect((await post({ documentId: 'who' }, open)).status).toBe(400);
  });
});

test.each([
  ['no file', join(folder, 'absent.json')],
  ['a folder', folder],
  ['no JSON', fileOf('text.json', WHO)],
  ['a list', fileOf('list.json', JSON.stringify([WHO]))],
  ['documents that are no texts', fileOf('nested.json', '{"who":{"text":"{ __typename }"}}')],
  ['no document at all', fileOf('empty.json', '{}')],
])('TRUSTED_DOCUMENTS that names %s keeps the server from starting', (_, path) => {
  expect(() => readConfig({ TRUSTED_DOCUMENTS: path })).toThrow(ConfigError);
});
