import { beforeAll, describe, expect, test } from 'vitest';
import { onEvents } from './support/bad-events.ts';
import { onIds } from './support/bad-ids.ts';
import {
  type Case,
  create,
  list,
  nested,
  problemsIn,
  remove,
  update,
} from './support/bad-input.ts';
import { onKeys, onOrganizations } from './support/bad-organizations.ts';
import { many, onReading } from './support/bad-reading.ts';
import { FAMILY, ID } from './support/bad-values.ts';
import { type Data, startServer, tokenOf } from './support/client.ts';
import { createOrganization, record } from './support/organizations.ts';

const { as, database, clock, send } = await startServer();
const ada = as('ada');

const { id } = await createOrganization(ada, { name: 'Given', slug: 'given' });
const theirs = await createOrganization(as('eve'), { name: 'Theirs' });
await record(ada, id, [{ scope: 'COST', action: 'a.b' }]);

/** Every row there is, as text. */
async function everything(): Promise<string> {
  const tables = 'User Organization Membership ApiKey Tombstone Ledger AuditLog RecordedKey';
  const rows = await Promise.all(
    tables.split(' ').map((table) => database.select<Data>(`SELECT * FROM "${table}"`, [])),
  );
  return JSON.stringify(rows, (_key, value) => (typeof value === 'bigint' ? String(value) : value));
}

const inFuture = (minutes: number) => new Date(clock().getTime() + minutes * 60_000).toISOString();

let before = '';
beforeAll(async () => {
  before = await everything();
});

/** Refused, with the field and the rule; never a failure of ours, and not a row is other than before. */
async function expectRefused({ document, variables, at, says }: Case): Promise<void> {
  const answer = await ada(document, variables);
  expect(answer.status).toBeLessThan(500);
  const told = problemsIn(answer);
  expect(told, 'it names the field').toContainEqual({ at, message: expect.stringMatching(says) });
  const codes = (answer.errors ?? []).map(({ extensions }) => extensions?.code);
  expect(codes.filter((code) => code !== 'BAD_USER_INPUT')).toEqual([]);
  for (const { message } of told) expect(message.length).toBeLessThanOrEqual(300);
  const after = await everything();
  if (after !== before) {
    const stored = 'something was stored';
    before = after;
    expect.fail(stored);
  }
}

describe.each([
  ['organizations', onOrganizations(id)],
  ['ids', onIds(id)],
  ['reading', onReading],
  ['events', onEvents(inFuture)],
  ['API keys', onKeys],
])('wrong input about %s is refused by field and rule, and nothing is stored', (_about, cases) => {
  test.each(cases)('%s', (_what, wrong) => expectRefused(wrong));
});

/** What the body says outright, since JSON.stringify would not write it. */
const BODIES: readonly (readonly [string, string, RegExp, number])[] = [
  ['no JSON', '{"query": ', /not valid JSON/, 400],
  ['nothing', '', /not valid JSON/, 400],
  ['a list', '[]', /./, 400],
  ['a string', '"{ viewer { type } }"', /./, 400],
  ['null', 'null', /./, 400],
  [
    'a key twice',
    '{"query":"{ viewer { type } }","query":"{ __typename }"}',
    /more than once|duplicate|twice/i,
    400,
  ],
  [
    'a key twice, deep inside',
    '{"query":"{ viewer { type } }","variables":{"a":[{"b":1,"\\u0062":2}]}}',
    /more than once|duplicate|twice/i,
    400,
  ],
  [
    'an integer beyond 2^53',
    '{"query":"{ viewer { type } }","variables":{"a":9007199254740993}}',
    /2\^53/,
    400,
  ],
  [
    'a number beyond all',
    '{"query":"{ viewer { type } }","variables":{"a":1e400}}',
    /finite|2\^53/,
    400,
  ],
  [
    'nesting of 100',
    `{"query":"{ viewer { type } }","variables":{"a":${'['.repeat(100)}${']'.repeat(100)}}}`,
    /deep/,
    400,
  ],
  [
    'variables that are a list',
    '{"query":"{ viewer { type } }","variables":[1]}',
    /variables/i,
    400,
  ],
  ['no query', '{"variables":{}}', /query/i, 200],
  ['a query that is a number', '{"query":5}', /query/i, 400],
];

test.each(BODIES)('a body of %s is refused', async (_what, body, says, status) => {
  const response = await send({
    method: 'POST',
    headers: {
      authorization: `Bearer ${await tokenOf('ada')}`,
      'content-type': 'application/json',
    },
    body,
  });
  const { errors, data } = (await response.json()) as Data;
  expect(data ?? null).toBeNull();
  expect(errors[0].message).toMatch(says);
  expect(errors[0].extensions.code).toBe('BAD_USER_INPUT');
  expect(response.status).toBe(status);
  expect(await everything()).toBe(before);
});

test('a body that is not UTF-8 is refused, not mended', async () => {
  const response = await send({
    method: 'POST',
    headers: {
      authorization: `Bearer ${await tokenOf('ada')}`,
      'content-type': 'application/json',
    },
    body: Buffer.from('{"query":"{ organization(slug: \\"\xff\\") { id } }"}', 'latin1'),
  });
  expect(response.status).toBe(400);
  expect(await response.text()).toMatch(/UTF-8/);
});

test('another tenant’s id is not found, and nothing is stored', async () => {
  for (const { document, variables } of [
    update({ organizationId: theirs.id, name: 'A' }, '', /./),
    remove({ organizationId: theirs.id, confirmName: 'Theirs' }, '', /./),
    list({ organizationId: theirs.id }, '', /./),
  ]) {
    const { errors } = await ada(document, variables);
    expect(errors?.map(({ extensions }) => extensions?.code)).toEqual(['NOT_FOUND']);
  }
  expect(await everything()).toBe(before);
});

test('a malformed X-Organization-Id is refused by its name', async () => {
  const { document, variables } = list({}, '', /./);
  const answer = await ada(document, variables, { 'x-organization-id': 'acme' });
  expect(problemsIn(answer)).toEqual([
    { at: 'X-Organization-Id', message: expect.stringMatching(ID) },
  ]);
});

test('every broken rule is told at once, and the first right value past each limit is taken', async () => {
  const wrong = create(
    { name: '', slug: 'A', settings: { retentionDays: 0 }, metadata: { a: '\u0000' } },
    '',
    /./,
  );
  const told = problemsIn(await ada(wrong.document, wrong.variables));
  expect(told.map(({ at }) => at)).toEqual([
    'name',
    'slug',
    'settings.retentionDays',
    'metadata.a',
  ]);
});

test('what stands exactly at a limit is taken', async () => {
  for (const name of [
    'x',
    'x'.repeat(100),
    FAMILY.repeat(100),
    '\u{1F1E9}\u{1F1EA}'.repeat(100),
    'e\u0301'.repeat(100),
  ]) {
    expect(await createOrganization(ada, { name })).toMatchObject({ name });
  }
  const metadata = { a: 'x'.repeat(16_384 - 8) };
  expect(await createOrganization(ada, { name: 'Full', metadata })).toMatchObject({ metadata });
  expect(await createOrganization(ada, { name: 'Deep', metadata: nested(16) })).toMatchObject({
    metadata: nested(16),
  });
  expect(await createOrganization(ada, { name: 'Slug', slug: 'a'.repeat(63) })).toMatchObject({
    slug: 'a'.repeat(63),
  });
  const result = await record(ada, id, [
    {
      scope: 'COST',
      action: 'a'.repeat(200),
      resourceUID: 'x'.repeat(2_000),
      userAgent: 'x'.repeat(4_000),
    },
    { scope: 'COST', action: 'a.b', createdAt: inFuture(4) },
    { scope: 'COST', action: 'a.b', createdAt: '0001-01-01T00:00:00Z' },
    { scope: 'COST', action: 'a.b', metadata: nested(16) },
    { scope: 'COST', action: 'a.b', details: 'x'.repeat(262_144 - 4) },
    {
      scope: 'COST',
      action: 'a.b',
      idempotencyKey: 'x'.repeat(1_000),
      actor: { type: 'USER', id: 'x'.repeat(1_000) },
    },
  ]);
  expect(result.receipts.map(({ errors }: Data) => errors)).toEqual([[], [], [], [], [], []]);
  const page = list(
    {
      organizationId: id,
      first: 100,
      filter: { actions: many.slice(0, 100), search: 'x'.repeat(1_000) },
    },
    '',
    /./,
  );
  expect((await ada(page.document, page.variables)).errors).toBeUndefined();
});
