import { expect, test } from 'vitest';
import { TABS } from '../src/graphiql/tabs.ts';
import { dataOf, startServer } from './support/client.ts';

const server = await startServer();

test('GraphiQL is served complete: it names no other server, and its scripts run by their hashes alone', async () => {
  const response = await server.send({ headers: { accept: 'text/html' } });
  const html = await response.text();
  const policy = response.headers.get('content-security-policy') ?? '';
  expect(policy).toMatch(/script-src 'sha256-[^']+' 'sha256-[^']+';/);
  expect(policy).toContain("connect-src 'self'");
  expect(policy).not.toContain('http');
  expect(html).not.toMatch(/<(script|link|img|iframe)[^>]+(src|href)="?https?:/);
  expect(html).not.toMatch(/eyJ[\w-]{10,}\.eyJ/);
  // Or tabs jump away from beneath a first click.
  expect(html).toContain('.graphiql-tab { transform: none !important; }');
  const tag = response.headers.get('etag') ?? '';
  const again = await server.send({ headers: { accept: 'text/html', 'if-none-match': tag } });
  expect(again.status).toBe(304);
});

test('GraphiQL is served to whoever asks in whatever words: nothing of a request stands in a page', async () => {
  const page = async (path: string, headers: Record<string, string> = {}) => {
    const response = await server.send({ headers: { accept: 'text/html', ...headers } }, path);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    return response.text();
  };
  const plain = await page('/graphql');
  const script = '</script><script>alert(1)</script>';
  for (const name of ['query', 'variables', 'operationName', 'title', 'x']) {
    expect(await page(`/graphql?${name}=${encodeURIComponent(script)}`)).toBe(plain);
  }
  expect(await page(`/graphql?${script}`)).toBe(plain);
  const odd = { origin: script, referer: script, host: 'x"><b>', 'x-request-id': script };
  expect(await page('/graphql', { ...odd, authorization: `Bearer ${script}` })).toBe(plain);
});

test.each(['WhoAmI', 'RecentEntries', 'Search', 'Record', 'Update'])(
  "of GraphiQL's tabs %s works as it stands",
  async (name) => {
    const grace = server.as(`grace-${name}`);
    dataOf(await grace('mutation { createOrganization(input: { name: "Grace" }) { __typename } }'));
    const tab = TABS.find(({ query }) => query.includes(` ${name}`));
    const data = dataOf(await grace(tab?.query ?? '', JSON.parse(tab?.variables ?? '{}')));
    expect(JSON.stringify(data)).not.toContain('"code"');
  },
);
