import { expect, test } from 'vitest';
import { appendLeaves } from '../src/ledger/merkle.ts';
import { type Data, dataOf, startServer } from './support/client.ts';
import { createOrganization, record } from './support/organizations.ts';

const { as, query } = await startServer();
const ada = as('ada');

const UPDATE =
  'mutation($input: UpdateOrganizationInput!) { updateOrganization(input: $input) { __typename ... on UpdateOrganizationSuccess { organization { version } } } }';

const bytes = (value: Data): string => Buffer.from(value).toString('hex');

test('a hundred changes at once, of three kinds and a third of them refused, leave 1…n without a gap, and the tree of exactly these leaves', async () => {
  const { id } = await createOrganization(ada, { name: 'Busy' });
  const answers = await Promise.all(
    Array.from({ length: 100 }, async (_, n) => {
      if (n % 3 === 0)
        return dataOf(
          await ada(UPDATE, {
            input: { organizationId: id, expectedVersion: 1_000, name: 'Never' },
          }),
        ).updateOrganization;
      if (n % 3 === 1)
        return dataOf(await ada(UPDATE, { input: { organizationId: id, name: `Name ${n}` } }))
          .updateOrganization;
      return record(ada, id, [
        { scope: 'COST', action: 'a.b' },
        { scope: 'COST', action: 'not stored' },
        { scope: 'COST', action: 'c.d' },
      ]);
    }),
  );
  const kinds = answers.map(({ __typename }) => __typename);
  const count = (kind: string) => kinds.filter((other) => other === kind).length;
  expect(count('VersionConflictError')).toBe(34);
  expect(count('UpdateOrganizationSuccess')).toBe(33);
  expect(count('RecordAuditLogsSuccess')).toBe(33);
  const versions = answers.flatMap((a) => (a.organization ? [a.organization.version] : []));
  expect(versions.sort((a, b) => a - b)).toEqual(Array.from({ length: 33 }, (_, n) => n + 2));

  const entries = await query<Data>(
    'SELECT e."sequence", e."leafHash", e."recordedAtMs" FROM "AuditLog" e JOIN "Ledger" l ON l."id" = e."ledgerId" WHERE l."organizationId" = $1 ORDER BY e."sequence"',
    [id],
  );
  const n = 1 + 33 + 66;
  expect(entries.map(({ sequence }) => Number(sequence))).toEqual(
    Array.from({ length: n }, (_, i) => i + 1),
  );
  const times = entries.map(({ recordedAtMs }) => Number(recordedAtMs));
  expect(times).toEqual([...times].sort((a, b) => a - b));
  const tree = appendLeaves(
    new Uint8Array(0),
    0,
    entries.map(({ leafHash }) => leafHash),
  );
  const [head] = await query<Data>(
    'SELECT "size", "root", "frontier" FROM "Ledger" WHERE "organizationId" = $1',
    [id],
  );
  expect(Number(head.size)).toBe(n);
  expect(bytes(head.root)).toBe(bytes(tree.root));
  expect(bytes(head.frontier)).toBe(bytes(tree.frontier));
});
