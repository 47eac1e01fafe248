import { byMethod, type Route } from '../http/route.ts';
import { listRoute } from './audit-logs.ts';
import { organizationRoute, organizationsRoute } from './organizations.ts';
import type { SignIn } from './sign-in.ts';

/** What the REST door needs to know. */
export interface RestOptions {
  readonly signIn: SignIn;
  readonly bodyLimitBytes: number;
}

/** The REST door: each address and what answers there, over the same operations as GraphQL. */
export const restRoutes = ({ signIn, bodyLimitBytes }: RestOptions): [string, Route][] => [
  ['/api/organisations', organizationsRoute(signIn, bodyLimitBytes)],
  ['/api/organisation', organizationRoute(signIn, bodyLimitBytes)],
  ['/api/audit-logs', byMethod({ GET: listRoute(signIn) })],
];
