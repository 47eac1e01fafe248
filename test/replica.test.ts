import { afterAll, describe, expect, inject, test } from 'vitest';
import { codesOf, type Data, dataOf, startServer } from './support/client.ts';
import { freshDatabase } from './support/database.ts';
import { createKey } from './support/isolation-tenant.ts';
import { logCopy, OF_THE_COPY } from './support/log-copy.ts';
import { addMember, createOrganization, record } from './support/organizations.ts';
import { startProxy } from './support/tcp-proxy.ts';

const PAGE =
  'query($id: ID!) { auditLogs(organizationId: $id) { totalCount nodes { sequence details } } }';
const SOON = { timeout: 20_000, interval: 200 };
const EVENT = { scope: 'COST', action: 'a.b', details: 'of the primary' };

describe.runIf(inject('provider') === 'postgresql')('a replica', async () => {
  const place = await freshDatabase();
  const way = new URL(place.url);
  const proxy = await startProxy(Number(way.port));
  way.port = String(proxy.port);
  const told: boolean[] = [];
  const server = await startServer({
    replicaUrl: way.href,
    onReplica: (isThere) => told.push(isThere),
  });
  const { as, query, withToken, send } = server;
  const copy = logCopy(server, place);
  const ada = as('ada');
  afterAll(async () => {
    await proxy.close();
    await place.close();
  });

  const logOf = async (id: string, client = ada): Promise<Data> =>
    dataOf(await client(PAGE, { id })).auditLogs;
  /** Which database the events of a log were read from. */
  const sources = async (id: string, client = ada): Promise<string[]> => {
    const { nodes } = await logOf(id, client);
    return [...new Set<string>(nodes.slice(0, 1).map(({ details }: Data) => details))];
  };
  const followed = async (): Promise<string> => {
    const { id } = await createOrganization(ada, { name: 'Followed' });
    await record(ada, id, [EVENT, EVENT]);
    await copy.follow();
    return id;
  };

  test('that has all of a log answers its pages and exports', async () => {
    const id = await followed();
    const answers = [await logOf(id), await logOf(id), await logOf(id)];
    for (const { totalCount, nodes } of answers) {
      expect([totalCount, nodes.length]).toEqual([3, 3]);
      expect(nodes.map(({ details }: Data) => details)).toEqual(Array(3).fill(OF_THE_COPY));
    }
    const { secret } = await createKey(ada, id, { permissions: ['auditLog:export'] });
    await copy.follow();
    const exported = await send(
      { headers: { authorization: `Bearer ${secret}` } },
      '/api/audit-logs/export?format=ndjson',
    );
    // The export's own beginning is recorded first, so the copy lacks that and the primary answers.
    expect(exported.status).toBe(200);
    expect(await exported.text()).toContain('of the primary');
  });

  test('that lags is passed over: nobody is shown a log from before a change', async () => {
    const id = await followed();
    expect(await sources(id)).toEqual([OF_THE_COPY]);
    await record(ada, id, [EVENT]);
    const { totalCount, nodes } = await logOf(id);
    expect(totalCount).toBe(4);
    expect(nodes.map(({ sequence }: Data) => sequence)).toEqual([4, 3, 2, 1]);
    expect(nodes[0].details).toBe('of the primary');
    await copy.follow();
    expect(await sources(id)).toEqual([OF_THE_COPY]);
  });

  test('says nothing of who asks: a revoked key and a removed member are refused at once', async () => {
    const { id } = await createOrganization(ada, { name: 'Revoked' });
    const key = await createKey(ada, id, { permissions: ['auditLog:read'] });
    await addMember(query, as, id, 'cy', 'AUDITOR');
    const [byKey, cy] = [withToken(key.secret), as('cy')];
    await copy.follow();
    expect([(await logOf(id, byKey)).totalCount, (await logOf(id, cy)).totalCount]).toEqual([2, 2]);
    const revoke =
      'mutation($input: RevokeApiKeyInput!) { revokeApiKey(input: $input) { __typename } }';
    dataOf(await ada(revoke, { input: { apiKeyId: key.id } }));
    await query('DELETE FROM "Membership" WHERE "organizationId" = $1 AND "role" = $2', [
      id,
      'AUDITOR',
    ]);
    expect(codesOf(await byKey(PAGE, { id }))).toEqual(['UNAUTHENTICATED']);
    expect(codesOf(await cy(PAGE, { id }))).toEqual(['NOT_FOUND']);
  });

  test('that is away, or says nothing, leaves all to the primary, and is asked again later', {
    timeout: 90_000,
  }, async () => {
    const id = await followed();
    expect(await sources(id)).toEqual([OF_THE_COPY]);
    for (const passage of ['cut', 'swallowed'] as const) {
      told.length = 0;
      proxy.set(passage);
      for (let time = 0; time < 3; time += 1) {
        const { totalCount, nodes } = await logOf(id);
        expect([totalCount, nodes[0].details]).toEqual([3, 'of the primary']);
      }
      expect(told).toEqual([false]);
      expect((await send({}, '/ready')).status).toBe(200);
      proxy.set('through');
      await expect.poll(() => sources(id), SOON).toEqual([OF_THE_COPY]);
      expect(told).toEqual([false, true]);
    }
  });
});
