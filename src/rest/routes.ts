import type { Signer } from '../features/checkpoint/signer.ts';
import { problem } from '../http/problem.ts';
import { byMethod, type Route } from '../http/route.ts';
import { waitedFor } from '../http/waited-for.ts';
import { listRoute } from './audit-logs.ts';
import type { ExportDoor } from './export-door.ts';
import { jsonAnswer } from './json-answer.ts';
import { OPENAPI } from './openapi.ts';
import { organizationRoute, organizationsRoute } from './organizations.ts';
import type { RecordDoor } from './record-door.ts';
import type { SignIn } from './sign-in.ts';
import { tlogRoute } from './tlog.ts';

/** What the REST door needs to know. */
export interface RestOptions {
  readonly signIn: SignIn;
  readonly signer: Signer;
  readonly bodyLimitBytes: number;
  /** How long a read may take; an export has no such limit. */
  readonly requestTimeoutMs: number;
  readonly record: RecordDoor;
  readonly exporting: ExportDoor;
  /** Whether the door describes itself. */
  readonly introspection: boolean;
}

/** The REST door: each address and what answers there, over the same operations as GraphQL. */
export const restRoutes = ({
  signIn,
  signer,
  bodyLimitBytes,
  requestTimeoutMs,
  record,
  exporting,
  introspection,
}: RestOptions): [string, Route][] => [
  ['/api/organisations', inTime(organizationsRoute(signIn, bodyLimitBytes), requestTimeoutMs)],
  ['/api/organisation', inTime(organizationRoute(signIn, bodyLimitBytes), requestTimeoutMs)],
  ['/api/audit-logs', inTime(logRoute(signIn, record), requestTimeoutMs)],
  ['/api/audit-logs/export', byMethod({ GET: exportRoute(signIn, exporting) })],
  ['/tlog/', inTime(tlogRoute(signIn, signer), requestTimeoutMs)],
  ['/api/openapi.json', byMethod({ GET: () => description(introspection) })],
];

/** The same route, whose reading is given up in the end. */
const inTime =
  (route: Route, timeoutMs: number): Route =>
  (exchange) =>
    exchange.request.method === 'GET'
      ? waitedFor(exchange.request.signal, timeoutMs, () => route(exchange))
      : route(exchange);

const exportRoute =
  (signIn: SignIn, exporting: ExportDoor): Route =>
  async (exchange) =>
    exporting.answer(exchange, await signIn(exchange));

const description = (introspection: boolean): Response =>
  introspection
    ? jsonAnswer(JSON.stringify(OPENAPI))
    : problem(404, 'Introspection is switched off.', { code: 'NOT_FOUND' });

const logRoute = (signIn: SignIn, record: RecordDoor): Route =>
  byMethod({ GET: listRoute(signIn), POST: recordRoute(signIn, record) });

const recordRoute =
  (signIn: SignIn, record: RecordDoor): Route =>
  async (exchange) =>
    record.answer(exchange, await signIn(exchange));
