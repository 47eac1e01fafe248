import Sqlite from 'better-sqlite3';
import pg from 'pg';
import { expect, inject, test } from 'vitest';
import { sqliteFile } from '../../src/database/database-url.ts';
import { type Answer, codesOf, dataOf, startServer } from '../support/client.ts';
import { createOrganization } from '../support/organizations.ts';

/** More than there are connections that write. */
const CROWD = 30;
const SOON = { timeout: 30_000, interval: 200 };
const UPDATE =
  'mutation($input: UpdateOrganizationInput!) { updateOrganization(input: $input) { __typename } }';

/** Takes what every change of an organization waits for, as another process would; the returned function lets go. */
async function hold(url: string, organizationId: string): Promise<() => Promise<void>> {
  if (inject('provider') === 'sqlite') {
    const connection = new Sqlite(sqliteFile(url));
    connection.exec('BEGIN IMMEDIATE');
    return async () => void connection.close();
  }
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('BEGIN');
  await client.query('SELECT "id" FROM "Ledger" WHERE "organizationId" = $1 FOR UPDATE', [
    organizationId,
  ]);
  return () => client.end();
}

function expectUnavailable(answer: Answer): void {
  expect([answer.status, codesOf(answer)]).toEqual([503, ['UNAVAILABLE']]);
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
}

test('where every connection waits for one lock, changes are UNAVAILABLE in time, reads go on, and all is well once it is let go', {
  timeout: 120_000,
}, async () => {
  const server = await startServer();
  const ada = server.as('ada');
  const { id } = await createOrganization(ada, { name: 'Held' });
  const letGo = await hold(server.url, id);
  const rename = (name: string) => ada(UPDATE, { input: { organizationId: id, name } });
  const crowd = Promise.all(Array.from({ length: CROWD }, (_, n) => rename(`Name ${n}`)));
  const read = await ada('query($id: ID!) { organization(id: $id) { name } }', { id });
  expect(dataOf(read).organization.name).toBe('Held');
  for (const answer of await crowd) expectUnavailable(answer);
  expect((await server.send({}, '/health')).status).toBe(200);
  await letGo();
  await expect.poll(async () => (await server.send({}, '/ready')).status, SOON).toBe(200);
  expect(dataOf(await rename('Free')).updateOrganization.__typename).toBe(
    'UpdateOrganizationSuccess',
  );
});
