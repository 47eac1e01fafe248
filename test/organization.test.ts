import { expect, test } from 'vitest';
import { codesOf, dataOf, startServer } from './support/client.ts';
import { createOrganization, logOf, tryCreateOrganization } from './support/organizations.ts';

const { as } = await startServer();
const [ada, eve] = [as('ada'), as('eve')];

const UPDATE = /* GraphQL */ `
  mutation Update($input: UpdateOrganizationInput!) {
    updateOrganization(input: $input) {
      __typename
      ... on UpdateOrganizationSuccess {
        organization { name slug version metadata updatedAt settings { retentionDays timezone membersMayReadAuditLog } }
        query { viewer { type } }
      }
      ... on Error { code message }
      ... on InvalidInputError { fields { path message } }
      ... on SlugTakenError { slug }
      ... on VersionConflictError { currentVersion }
    }
  }
`;

const update = async (client: typeof ada, input: object) =>
  dataOf(await client(UPDATE, { input })).updateOrganization;

test('a new organization has its creator as owner, defaults, and a slug derived from its name', async () => {
  const organization = await createOrganization(ada, { name: '  Ärger & Söhne GmbH ' });
  expect(organization).toMatchObject({
    id: expect.stringMatching(/^org_[0-7][0-9a-hjkmnp-tv-z]{25}$/),
    name: 'Ärger & Söhne GmbH',
    slug: expect.stringMatching(/^[a-z0-9]+(-[a-z0-9]+)*$/),
    createdBy: 'ada@example.com',
    createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    version: 1,
    viewerRole: 'OWNER',
    metadata: {},
    settings: { retentionDays: null, timezone: 'UTC', membersMayReadAuditLog: false },
    deletion: null,
  });
});

test('creating records the first entry of a log: who, from where, and every value', async () => {
  const { id } = await createOrganization(ada, { name: 'First', slug: 'first-entry' });
  const [entry, ...others] = await logOf(ada, id);
  expect(others).toEqual([]);
  expect(entry).toMatchObject({
    sequence: 1,
    scope: 'PLATFORM',
    action: 'organization.created',
    email: 'ada@example.com',
    outcome: 'SUCCESS',
    origin: 'SERVER',
    resourceType: 'organization',
    resourceUID: id,
    details: "Created organization 'First'",
    metadata: { name: 'First', slug: 'first-entry' },
    ip: '192.0.2.1',
    userAgent: 'test',
    requestId: expect.any(String),
    actor: { type: 'USER', email: 'ada@example.com', user: { email: 'ada@example.com' } },
  });
  expect(entry.changes).toContainEqual({ path: 'name', from: null, to: 'First' });
});

test('names need not be unique, slugs must: the second derived slug differs, a given one is refused', async () => {
  const one = await createOrganization(ada, { name: 'Twice' });
  const two = await createOrganization(eve, { name: 'Twice' });
  expect(two.name).toBe(one.name);
  expect(two.slug).not.toBe(one.slug);
  expect(await tryCreateOrganization(eve, { name: 'Third', slug: one.slug })).toMatchObject({
    __typename: 'SlugTakenError',
    code: 'SLUG_TAKEN',
    slug: one.slug,
  });
});

test('slugAvailable says whether a slug could be taken', async () => {
  await createOrganization(ada, { name: 'Slugs', slug: 'slugs-taken' });
  const data = dataOf(
    await eve(
      '{ free: slugAvailable(slug: "slugs-free") taken: slugAvailable(slug: "slugs-taken") bad: slugAvailable(slug: "No Slug") }',
    ),
  );
  expect(data).toEqual({ free: true, taken: false, bad: false });
});

test('an update changes what is given, keeps the rest, and records each value before and after', async () => {
  const { id } = await createOrganization(ada, {
    name: 'Before',
    settings: { timezone: 'Europe/Berlin' },
    metadata: { plan: 'free' },
  });
  const result = await update(ada, {
    organizationId: id,
    name: 'After',
    settings: { retentionDays: 365 },
  });
  expect(result.organization).toMatchObject({
    name: 'After',
    version: 2,
    metadata: { plan: 'free' },
    settings: { retentionDays: 365, timezone: 'Europe/Berlin', membersMayReadAuditLog: false },
  });
  expect(result.query.viewer.type).toBe('USER');
  const entry = (await logOf(ada, id)).at(-1);
  expect(entry.action).toBe('organization.updated');
  expect(entry.changes).toEqual([
    { path: 'name', from: 'Before', to: 'After' },
    { path: 'settings.retentionDays', from: null, to: 365 },
  ]);
});

test('an explicit null clears what has a default, and nothing else', async () => {
  const { id } = await createOrganization(ada, {
    name: 'Null',
    settings: { timezone: 'Asia/Tokyo', retentionDays: 30 },
    metadata: { a: 1 },
  });
  const cleared = await update(ada, {
    organizationId: id,
    settings: { retentionDays: null, timezone: null },
    metadata: null,
  });
  expect(cleared.organization).toMatchObject({
    metadata: {},
    settings: { retentionDays: null, timezone: 'UTC' },
  });
  const refused = await update(ada, { organizationId: id, name: null, slug: null });
  expect(refused.fields.map((f: { path: string[] }) => f.path)).toEqual([['name'], ['slug']]);
});

test('an expected version that has passed is refused with the present one, and changes nothing', async () => {
  const { id } = await createOrganization(ada, { name: 'Versioned' });
  await update(ada, { organizationId: id, name: 'Second', expectedVersion: 1 });
  const refused = await update(ada, { organizationId: id, name: 'Lost', expectedVersion: 1 });
  expect(refused).toMatchObject({
    __typename: 'VersionConflictError',
    code: 'VERSION_CONFLICT',
    currentVersion: 2,
  });
  expect((await logOf(ada, id)).map((entry) => entry.action)).toEqual([
    'organization.created',
    'organization.updated',
  ]);
});

test('a taken slug is refused on update too, and one’s own slug is not', async () => {
  const one = await createOrganization(ada, { name: 'One', slug: 'update-one' });
  const two = await createOrganization(ada, { name: 'Two', slug: 'update-two' });
  expect(await update(ada, { organizationId: two.id, slug: 'update-one' })).toMatchObject({
    __typename: 'SlugTakenError',
  });
  expect(await update(ada, { organizationId: one.id, slug: 'update-one' })).toMatchObject({
    __typename: 'UpdateOrganizationSuccess',
  });
});

test('a stranger learns nothing: another’s organization is null, and changing it says not found', async () => {
  const { id, slug } = await createOrganization(ada, { name: 'Hidden' });
  const read = dataOf(
    await eve(
      'query($id: ID, $slug: String) { a: organization(id: $id) { id } b: organization(slug: $slug) { id } }',
      { id, slug },
    ),
  );
  expect(read).toEqual({ a: null, b: null });
  expect(codesOf(await eve(UPDATE, { input: { organizationId: id, name: 'X' } }))).toEqual([
    'NOT_FOUND',
  ]);
  const unknown = 'org_01h455vb4pex5vsknk084sn02q';
  const [theirs, nobodys] = await Promise.all(
    [id, unknown].map((organizationId) => eve(UPDATE, { input: { organizationId, name: 'X' } })),
  );
  const told = (answer: typeof theirs, named: string) =>
    JSON.stringify(answer?.errors).replaceAll(named, 'ID');
  expect(told(theirs, id)).toBe(told(nobodys, unknown));
});

test('the list holds exactly the caller’s organizations, pages in both directions, and counts', async () => {
  const carl = as('carl');
  const made: string[] = [];
  for (let i = 0; i < 7; i += 1)
    made.push((await createOrganization(carl, { name: `List ${i}` })).id);
  const PAGE =
    'query($first: Int, $after: String, $last: Int, $before: String) { organizations(first: $first, after: $after, last: $last, before: $before) { totalCount nodes { id } edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }';
  const forward: string[] = [];
  let after: string | null = null;
  do {
    const { organizations } = dataOf(await carl(PAGE, { first: 3, after }));
    expect(organizations.totalCount).toBe(7);
    forward.push(...organizations.nodes.map((node: { id: string }) => node.id));
    after = organizations.pageInfo.hasNextPage ? organizations.pageInfo.endCursor : null;
  } while (after);
  expect(forward).toEqual(made);
  const backward: string[] = [];
  let before: string | null = null;
  do {
    const { organizations } = dataOf(await carl(PAGE, { last: 3, before }));
    backward.unshift(...organizations.nodes.map((node: { id: string }) => node.id));
    before = organizations.pageInfo.hasPreviousPage ? organizations.pageInfo.startCursor : null;
  } while (before);
  expect(backward).toEqual(made);
});
