import type { Signer } from '../features/checkpoint/signer.ts';
import { problem } from '../http/problem.ts';
import { byMethod, type Route } from '../http/route.ts';
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
  record,
  exporting,
  introspection,
}: RestOptions): [string, Route][] => [
  ['/api/organisations', organizationsRoute(signIn, bodyLimitBytes)],
  ['/api/organisation', organizationRoute(signIn, bodyLimitBytes)],
  ['/api/audit-logs', byMethod({ GET: listRoute(signIn), POST: recordRoute(signIn, record) })],
  ['/api/audit-logs/export', byMethod({ GET: exportRoute(signIn, exporting) })],
  ['/tlog/', tlogRoute(signIn, signer)],
  ['/api/openapi.json', byMethod({ GET: () => description(introspection) })],
];

const exportRoute =
  (signIn: SignIn, exporting: ExportDoor): Route =>
  async (exchange) =>
    exporting.answer(exchange, await signIn(exchange));

const description = (introspection: boolean): Response =>
  introspection
    ? jsonAnswer(JSON.stringify(OPENAPI))
    : problem(404, 'Introspection is switched off.', { code: 'NOT_FOUND' });

const recordRoute =
  (signIn: SignIn, record: RecordDoor): Route =>
  async (exchange) =>
    record.answer(exchange, await signIn(exchange));
