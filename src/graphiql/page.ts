import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Incoming } from '../http/incoming.ts';
import { PAGE_SCRIPT, PAGE_STYLE } from './page-script.ts';
import { TABS } from './tabs.ts';

/** The page, made once, at the first request for it. */
interface Page {
  readonly html: string;
  readonly gzipped: Uint8Array<ArrayBuffer>;
  readonly headers: Readonly<Record<string, string>>;
}

let page: Promise<Page> | undefined;

/** Whether a browser is asking for a page to look at, and not a client for data. */
export const wantsPage = ({ method, headers }: Incoming): boolean =>
  method === 'GET' && (headers.get('accept') ?? '').includes('text/html');

/** GraphiQL, complete in one answer: it asks no other server for anything. */
export async function graphiqlPage(request: Incoming): Promise<Response> {
  page ??= buildPage();
  const { html, gzipped, headers } = await page;
  if (request.headers.get('if-none-match') === headers['etag']) {
    return new Response(null, { status: 304, headers });
  }
  const isGzip = /\bgzip\b/.test(request.headers.get('accept-encoding') ?? '');
  return isGzip
    ? new Response(gzipped, { headers: { ...headers, 'content-encoding': 'gzip' } })
    : new Response(html, { headers });
}

async function buildPage(): Promise<Page> {
  // Nine megabytes of source: loaded only where the page is served.
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const options = {
    title: 'Orgtrail',
    endpoint: '/graphql',
    defaultTabs: TABS.map((tab) => ({ ...tab })),
    // Tokens stay out of the browser's storage.
    shouldPersistHeaders: false,
    subscriptionsProtocol: 'SSE' as const,
  };
  const html = withPageScript(renderGraphiQL(options).trim(), JSON.stringify(options));
  return {
    html,
    gzipped: Uint8Array.from(await promisify(gzip)(html)),
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': contentSecurityPolicy(html),
      'cache-control': 'no-cache',
      etag: `"${sha256(html, 'hex').slice(0, 32)}"`,
      vary: 'accept, accept-encoding',
    },
  };
}

/** @throws Error the renderer no longer writes its options where they were */
function withPageScript(html: string, options: string): string {
  const at = html.lastIndexOf(options);
  if (at === -1) throw new Error('The GraphiQL page has no options to wrap.');
  const end = at + options.length;
  return `${html.slice(0, at)}reopened(${options})${html.slice(end)}`.replace(
    '<head>',
    () => `<head><style>${PAGE_STYLE}</style><script>${PAGE_SCRIPT}</script>`,
  );
}

/** Only the page's own scripts run, known by their hashes, and they may talk to this server alone. */
function contentSecurityPolicy(html: string): string {
  const scripts = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(
    ([, script = '']) => script,
  );
  const hashes = scripts.map((script) => `'sha256-${sha256(script, 'base64')}'`);
  return [
    "default-src 'none'",
    `script-src ${hashes.join(' ')}`,
    // The editor makes style elements as it goes.
    "style-src 'unsafe-inline'",
    'img-src data:',
    'font-src data:',
    'worker-src blob:',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

const sha256 = (text: string, encoding: 'hex' | 'base64'): string =>
  createHash('sha256').update(text).digest(encoding);
