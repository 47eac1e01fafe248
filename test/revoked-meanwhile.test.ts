import { expect, test } from 'vitest';
import { DAY_MS, SECOND_MS } from '../src/kernel/clock.ts';
import { type Answer, codesOf, type Data, dataOf, startServer } from './support/client.ts';
import { holdTurn } from './support/log-turn.ts';
import { call } from './support/members.ts';
import { createOrganization, logOf, record } from './support/organizations.ts';

const server = await startServer();
const { as, advance, clock, send, withToken } = server;
const ada = as('ada');

const PAGE = 'query($id: ID!) { auditLogs(organizationId: $id) { nodes { action } } }';

async function organizationWithKey(): Promise<Data> {
  const { id } = await createOrganization(ada, { name: 'Meanwhile' });
  const expiresAt = new Date(clock().getTime() + DAY_MS).toISOString();
  const permissions = ['auditLog:read', 'auditLog:record', 'resource:manage'];
  const input = { organizationId: id, name: 'Held', permissions, expiresAt };
  const { secret, apiKey } = await call(ada, 'createApiKey', input, 'secret apiKey { id }');
  return { id, secret, apiKeyId: apiKey.id };
}

/** A request whose body follows only once its caller was let in and `meanwhile` is done. */
async function held(
  secret: string,
  [query, variables]: readonly [string, object],
  meanwhile: () => Promise<unknown>,
): Promise<Answer> {
  const body = new ReadableStream(
    {
      async pull(controller) {
        await meanwhile();
        controller.enqueue(new TextEncoder().encode(JSON.stringify({ query, variables })));
        controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
  const response = await send({ method: 'POST', headers, body, duplex: 'half' } as RequestInit);
  return { ...(await response.json()), status: response.status, headers: response.headers };
}

/** A path is remembered for ten seconds, so the end must come sooner. */
const SOON_MS = 5 * SECOND_MS;

const ends: Record<string, (key: Data) => Promise<unknown>> = {
  revoked: ({ apiKeyId }) => call(ada, 'revokeApiKey', { apiKeyId }, 'apiKey { id }'),
  'at its end': async () => advance(SOON_MS),
};

const asked: Record<string, (id: string) => readonly [string, object]> = {
  'a page of the log': (id) => [PAGE, { id }],
  'a change': (id) => [
    'mutation($input: CreateResourceInput!) { createResource(input: $input) { __typename } }',
    { input: { organizationId: id, resourceUID: 'r', type: 't', name: 'n', scope: 'COST' } },
  ],
  'a recording': (id) => [
    'mutation($input: RecordAuditLogsInput!) { recordAuditLogs(input: $input) { __typename } }',
    { input: { organizationId: id, events: [{ scope: 'COST', action: 'a.b' }] } },
  ],
};

for (const [how, end] of Object.entries(ends)) {
  for (const [what, ask] of Object.entries(asked)) {
    test(`${what} is not for a key that is ${how} while the body is still on its way`, async () => {
      const key = await organizationWithKey();
      advance(DAY_MS - SOON_MS);
      dataOf(await held(key.secret, ask(key.id), async () => undefined));
      const answer = await held(key.secret, ask(key.id), () => end(key));
      expect([answer.status, codesOf(answer)]).toEqual([200, ['NOT_FOUND']]);
    });
  }

  test(`a page that was asked for often is not for a key that is ${how} either`, async () => {
    const key = await organizationWithKey();
    advance(DAY_MS - SOON_MS);
    for (let time = 0; time < 3; time += 1)
      dataOf(await withToken(key.secret)(PAGE, { id: key.id }));
    const answer = await held(key.secret, [PAGE, { id: key.id }], () => end(key));
    expect(codesOf(answer)).toEqual(['NOT_FOUND']);
  });
}

test('a page that was asked for often ends with the newest entry', async () => {
  const { id } = await createOrganization(ada, { name: 'Newest' });
  for (let time = 0; time < 5; time += 1) {
    await record(ada, id, [{ scope: 'COST', action: `newest.number${time}` }]);
    const [newest] = dataOf(await ada(PAGE, { id })).auditLogs.nodes;
    expect(newest.action).toBe(`newest.number${time}`);
  }
});

test('a change that waits for its turn while its key is revoked is not made', async () => {
  const { id, secret, apiKeyId } = await organizationWithKey();
  const input = (n: number) => ({
    ...{ organizationId: id, resourceUID: `r${n}`, type: 't', name: 'n', scope: 'COST' },
  });
  const create = (n: number) =>
    withToken(secret)(
      'mutation($input: CreateResourceInput!) { createResource(input: $input) { __typename } }',
      { input: input(n) },
    );
  const turn = await holdTurn(server, id);
  const revoke = call(ada, 'revokeApiKey', { apiKeyId }, 'apiKey { id }');
  await turn.queued(1);
  // Fewer than there are connections that write.
  const changes = Array.from({ length: 8 }, (_, n) => create(n));
  await turn.queued(9);
  await turn.letGo();
  await Promise.all([revoke, ...changes]);
  const log = await logOf(ada, id);
  const revokedAt = log.findIndex(({ action }) => action === 'apiKey.revoked');
  expect(revokedAt).toBeGreaterThan(0);
  expect(log.slice(revokedAt + 1)).toEqual([]);
});
