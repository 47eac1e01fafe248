import { type GraphQLSchema, printSchema } from 'graphql';
import type { ReadyConfig } from './config-development.ts';
import type { Database } from './database/database.ts';
import { type KeyUse, openKeyUse } from './features/access-key/key-use.ts';
import type { Signer } from './features/checkpoint/signer.ts';
import { authenticate, personsBy } from './features/identity/authenticate.ts';
import { tokenVerifier } from './features/identity/token.ts';
import { graphiqlPage, wantsPage } from './graphiql/page.ts';
import { type Door, graphqlDoor } from './graphql/door.ts';
import { type Answer, asResponse } from './http/answer.ts';
import { corsHeaders } from './http/cors.ts';
import { type Exchange, openExchange } from './http/exchange.ts';
import type { Incoming } from './http/incoming.ts';
import type { Log } from './http/log.ts';
import { logExchange } from './http/log-exchange.ts';
import { problem } from './http/problem.ts';
import { openRateLimiter, type RateLimiter, setRateLimitHeaders } from './http/rate-limit.ts';
import { openReadiness } from './http/readiness.ts';
import { refusalOf } from './http/refusal.ts';
import type { Route } from './http/route.ts';
import { setSecurityHeaders } from './http/security-headers.ts';
import type { Clock } from './kernel/clock.ts';
import { UnderWay } from './kernel/under-way.ts';
import { openSession } from './ledger/session.ts';
import { type ExportDoor, exportDoor } from './rest/export-door.ts';
import { type RecordDoor, recordDoor } from './rest/record-door.ts';
import { isNdjson } from './rest/record-media-type.ts';
import { restRoutes } from './rest/routes.ts';
import type { SignIn } from './rest/sign-in.ts';
import { schema as builtSchema } from './schema.ts';

/** What a server is made of; it opens no port and reads no environment. */
export interface ServerParts {
  readonly config: ReadyConfig;
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly signer: Signer;
  readonly schema?: GraphQLSchema;
  /** The times that a query is seen before it is compiled; by default the second. */
  readonly compiledWhenSeen?: number;
}

/** What the connection knows and the request does not say. */
export interface ConnectionContext {
  readonly remoteAddress?: string | undefined;
}

export interface Server {
  /** Answers any request; never rejects. */
  answer(request: Incoming, connection?: ConnectionContext): Promise<Answer>;
  /** The same in the terms of fetch. */
  fetch(request: Request, connection?: ConnectionContext): Promise<Response>;
  /** Whether a request is a stream of events, which may last. */
  isStream(method: string, path: string, contentType: string | undefined): boolean;
  /** Says on /ready that no more should come, and resolves when what is under way was answered. */
  close(): Promise<void>;
}

/** The server: every route, with the same care around each. */
export function createServer(parts: ServerParts): Server {
  const { config, database, clock, log, signer } = parts;
  const keyUse = openKeyUse(database, clock, (error) =>
    log.error({ err: error }, 'the last use of API keys was not written'),
  );
  const underWay = new UnderWay();
  let closing = false;
  const record = recordDoor({ bodyLimitBytes: config.recordBodyLimitBytes });
  const exporting = exportDoor(signer);
  const limiter = openRateLimiter(config.rateLimits, config.databaseUrl, log);
  const signIn = limiter.counting(signInWith(parts, keyUse));
  const routes = routesOf(parts, signIn, () => closing, record, exporting);
  const answer = (request: Incoming, connection?: ConnectionContext): Promise<Answer> =>
    underWay.counting(answerTo(request, connection, routes, parts, limiter));
  return {
    isStream: (method, path, contentType) =>
      method === 'POST' && path === '/api/audit-logs' && isNdjson(contentType),
    fetch: async (request, connection) => asResponse(await answer(request, connection)),
    answer,
    async close() {
      closing = true;
      await record.close();
      await exporting.close();
      await underWay.none();
      await keyUse.close();
      await limiter.close();
    },
  };
}

async function answerTo(
  request: Incoming,
  connection: ConnectionContext | undefined,
  routes: ReadonlyMap<string, Route>,
  { config, log }: ServerParts,
  limiter: RateLimiter,
): Promise<Answer> {
  const startedAt = performance.now();
  const exchange = openExchange(request, connection?.remoteAddress, config.trustedProxyCount, log);
  const answer = await limiter
    .arrived(exchange)
    .then(() => dispatch(exchange, routes))
    .catch((error) => refusalOf(error, exchange));
  for (const [name, value] of corsHeaders(request, config.corsOrigins)) {
    answer.headers.set(name, value);
  }
  setRateLimitHeaders(answer.headers, exchange.counted);
  setSecurityHeaders(answer.headers, config.publicUrl);
  answer.headers.set('x-request-id', exchange.requestId);
  logExchange(exchange, answer.status, performance.now() - startedAt);
  return answer;
}

async function dispatch(exchange: Exchange, routes: ReadonlyMap<string, Route>): Promise<Answer> {
  if (exchange.request.method === 'OPTIONS') return new Response(null, { status: 204 });
  const { pathname } = exchange.url;
  // An address that ends in a slash answers for all below it.
  const route = routes.get(pathname) ?? routes.get(`/${pathname.split('/')[1]}/`);
  return route ? route(exchange) : problem(404, 'There is nothing at this address.');
}

function routesOf(
  parts: ServerParts,
  signIn: SignIn,
  isClosing: () => boolean,
  record: RecordDoor,
  exporting: ExportDoor,
): ReadonlyMap<string, Route> {
  const { config, database, signer, schema = builtSchema } = parts;
  const door = graphqlDoor({ ...config, schema, signer, compiledWhenSeen: parts.compiledWhenSeen });
  const sdl = printSchema(schema);
  const ready = openReadiness(database);
  return new Map<string, Route>([
    ['/', () => new Response(null, { status: 302, headers: { location: '/graphql' } })],
    ['/graphql', (exchange) => graphqlRoute(exchange, door, signIn, config)],
    ['/health', () => Response.json({ status: 'ok' })],
    ['/ready', () => readiness(ready, isClosing())],
    ['/schema.graphql', async (exchange) => schemaText(exchange, sdl, signIn, config)],
    ...restRoutes({ ...config, signIn, signer, record, exporting }),
  ]);
}

function signInWith({ config, database, clock }: ServerParts, keyUse: KeyUse): SignIn {
  const personOf = personsBy(database, clock, tokenVerifier(config, clock));
  return async (exchange) => {
    const { request, requestId, ip } = exchange;
    const authorization = request.headers.get('authorization');
    const caller = await authenticate({ database, clock, personOf }, authorization);
    exchange.actorId = caller.actor.id;
    if (caller.actor.type === 'API_KEY') keyUse.used(caller.actor.id);
    return openSession(database, clock, caller.actor, {
      origin: { ip, userAgent: request.headers.get('user-agent'), requestId },
      headerOrganizationId: request.headers.get('x-organization-id'),
      tokenOrganizationId: caller.tokenOrganizationId,
      largestPageSize: config.largestPageSize,
    });
  };
}

/** Strangers are refused before the document is even read, so they learn nothing of the schema. */
async function graphqlRoute(
  exchange: Exchange,
  door: Door,
  signIn: SignIn,
  config: ReadyConfig,
): Promise<Answer> {
  const { request } = exchange;
  if (config.graphiql && wantsPage(request)) return graphiqlPage(request);
  return door(exchange, await signIn(exchange));
}

/** Ready is who can reach the database and is not about to stop. */
async function readiness(ready: () => Promise<void>, isClosing: boolean): Promise<Response> {
  if (isClosing) return problem(503, 'The server is stopping.');
  await ready();
  return Response.json({ status: 'ready' });
}

/** The schema as text, for those who may also introspect it. */
async function schemaText(exchange: Exchange, sdl: string, signIn: SignIn, config: ReadyConfig) {
  await signIn(exchange);
  if (!config.introspection) return problem(404, 'Introspection is switched off.');
  return new Response(sdl, { headers: { 'content-type': 'application/graphql; charset=utf-8' } });
}
