import { expect, test } from 'vitest';
import { type Answer, codesOf, dataOf, startServer } from '../support/client.ts';
import { holdTurn } from '../support/log-turn.ts';
import { createOrganization } from '../support/organizations.ts';

/** More than there are connections that write. */
const CROWD = 30;
const SOON = { timeout: 30_000, interval: 200 };
const UPDATE =
  'mutation($input: UpdateOrganizationInput!) { updateOrganization(input: $input) { __typename } }';

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
  const { letGo } = await holdTurn(server, id);
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
