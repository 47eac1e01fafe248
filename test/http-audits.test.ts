import { auditServer } from 'graphql-http';
import { expect, test } from 'vitest';
import { startServer, tokenOf } from './support/client.ts';

/** The official audits of GraphQL over HTTP, as pinned: newer drafts ask for other statuses. */
const AUDIT_COUNT = 61;

test('the server passes every audit of GraphQL over HTTP', async () => {
  const server = await startServer();
  const authorization = `Bearer ${await tokenOf('auditor')}`;
  const results = await auditServer({
    url: 'http://localhost/graphql',
    fetchFn: (url: string, init: RequestInit = {}) => {
      const request = new Request(url, init);
      request.headers.set('authorization', authorization);
      return server.server.fetch(request);
    },
  });
  expect(results.filter(({ status }) => status !== 'ok').map(({ name }) => name)).toEqual([]);
  expect(results).toHaveLength(AUDIT_COUNT);
});
