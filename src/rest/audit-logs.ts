import { auditLogJson } from '../features/audit-log/audit-log-json.ts';
import { encodeCursor } from '../features/audit-log/cursor.ts';
import { listAuditLogs } from '../features/audit-log/list-audit-logs.ts';
import { selectedOrganizationId } from '../features/organization/current-organization.ts';
import type { Route } from '../http/route.ts';
import { FILTER_PARAMETERS, filterOf } from './filter-parameters.ts';
import { jsonAnswer } from './json-answer.ts';
import { PAGING_PARAMETERS, pageRequestOf, paginationOf } from './paging-parameters.ts';
import { knownParameters, single } from './parameters.ts';
import type { SignIn } from './sign-in.ts';

const PARAMETERS = ['organizationId', ...FILTER_PARAMETERS, ...PAGING_PARAMETERS];

/** `GET /api/audit-logs`: a page of the current organization's log, newest first. */
export const listRoute =
  (signIn: SignIn): Route =>
  async (exchange) => {
    const session = await signIn(exchange);
    const search = knownParameters(exchange.url, PARAMETERS);
    const request = pageRequestOf(session, search);
    const filter = filterOf(search);
    const organizationId = await selectedOrganizationId(session, single(search, 'organizationId'));
    const { rows, hasNextPage, total, asOf } = await listAuditLogs(session, organizationId, {
      filter,
      ...request.range,
      isCounted: true,
    });
    const last = hasNextPage ? rows.at(-1) : undefined;
    const next = last
      ? encodeCursor({ createdAtMs: last.createdAt.getTime(), sequence: last.sequence, asOf })
      : null;
    const pagination = paginationOf(request, await total(), next);
    const data = rows.map(auditLogJson).join(',');
    return jsonAnswer(`{"data":[${data}],"pagination":${JSON.stringify(pagination)}}`);
  };
