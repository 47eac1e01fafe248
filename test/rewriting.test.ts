import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { auditLogIdBytes } from '../src/kernel/audit-log-id.ts';
import { dataOf, startServer } from './support/client.ts';
import { erase, storedLog, verifyLog } from './support/erasure.ts';
import { createKey } from './support/isolation-tenant.ts';
import { call, join } from './support/members.ts';
import { createOrganization, logOf, record } from './support/organizations.ts';
import { type Attempt, ON_POSTGRESQL, ON_SQLITE } from './support/rewrite-attempts.ts';
import { withoutGuards } from './support/unguarded.ts';

const provider = inject('provider');
const server = await startServer({ asApp: true });
const { as, query, withToken } = server;
const ada = as('ada');
const { id } = await createOrganization(ada, { name: 'Rewritten' });

/** The whole of what a log and what it rests on hold. */
const everything = async (): Promise<string> => {
  const tables = ['Ledger', 'RecordedKey', 'PrunedLeaf', 'AuditCheckpoint'];
  const rows = await Promise.all(tables.map((table) => query(`SELECT * FROM "${table}"`)));
  return JSON.stringify([await storedLog(server, id), rows], (_key, value) =>
    typeof value === 'bigint' ? String(value) : value,
  );
};

let before: string;
let signedIn: pg.Client | undefined;
const attempts: readonly Attempt[] = provider === 'sqlite' ? ON_SQLITE : ON_POSTGRESQL;
let refusedCount = 0;

beforeAll(async () => {
  const userId = await join(ada, as, id, 'bob', 'ADMIN');
  const { secret } = await createKey(ada, id);
  const events = [
    { scope: 'COST', action: 'a.b', email: 'bob@example.com', idempotencyKey: 'key' },
    { scope: 'COST', action: 'a.c', details: 'Said', metadata: { more: true } },
  ];
  expect(await record(withToken(secret), id, events)).toMatchObject({ recordedCount: 2 });
  await call(ada, 'removeMember', { organizationId: id, userId });
  expect(await erase(ada, id, 'bob@example.com')).toMatchObject({ tracesRemoved: true });
  // As an entry from before ids told places does.
  const [first] = await logOf(ada, id);
  const own = Buffer.from(auditLogIdBytes(first.id)).toString('hex');
  await withoutGuards(server, () =>
    query(
      `UPDATE "AuditLog" SET "id" = ${provider === 'sqlite' ? `x'${own}'` : `'\\x${own}'`} WHERE "sequence" = 1`,
    ),
  );
  const ofEntry = 'FROM "AuditLog" WHERE "sequence" = 1';
  await query(
    `INSERT INTO "PrunedLeaf" ("ledgerId", "sequence", "leafHash") SELECT "ledgerId", "sequence", "leafHash" ${ofEntry}`,
  );
  await query(
    `INSERT INTO "AuditCheckpoint" ("ledgerId", "size", "signedAtMs", "root", "note") SELECT "ledgerId", 1, 1, "leafHash", 'note' ${ofEntry}`,
  );
  before = await everything();
  if (server.roles) {
    signedIn = new pg.Client({ connectionString: server.roles.appUrl });
    await signedIn.connect();
  }
});

afterAll(() => signedIn?.end());

test('the server’s role can do what the server does', async () => {
  expect((await logOf(ada, id)).length).toBeGreaterThan(5);
  expect(await verifyLog(server, id)).toBe(0);
  const gone = await createOrganization(ada, { name: 'Gone' });
  expect(
    dataOf(
      await ada(
        'mutation($id: ID!) { deleteOrganization(input: { organizationId: $id, confirmName: "Gone", graceDays: 0 }) { __typename } }',
        { id: gone.id },
      ),
    ).deleteOrganization.__typename,
  ).toBe('DeleteOrganizationSuccess');
  before = await everything();
});

test.each(attempts)('who signs in as the server and $what is refused', async ({ sql, refusal }) => {
  const run = signedIn ? signedIn.query(sql) : query(sql);
  await expect(run).rejects.toThrow(refusal);
  await signedIn?.query('ROLLBACK');
  expect(await everything()).toBe(before);
  refusedCount += 1;
});

test('at least 24 ways to rewrite a log were refused', () => {
  process.stdout.write(
    `${refusedCount} of ${attempts.length} rewrite attempts refused (${provider})\n`,
  );
  expect(refusedCount).toBe(attempts.length);
  expect(refusedCount).toBeGreaterThanOrEqual(24);
});
