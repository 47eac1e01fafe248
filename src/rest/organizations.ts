import { createOrganization } from '../features/organization/create-organization.ts';
import { currentOrganization } from '../features/organization/current-organization.ts';
import { deleteOrganization } from '../features/organization/delete-organization.ts';
import { countOrganizations, listOrganizations } from '../features/organization/organization.ts';
import { updateOrganization } from '../features/organization/update-organization.ts';
import { isJsonType } from '../http/json-body.ts';
import { problem } from '../http/problem.ts';
import { byMethod, type Route } from '../http/route.ts';
import { dataAnswer, jsonAnswer } from './json-answer.ts';
import { creationOf, updateOf } from './organization-body.ts';
import { organizationJson } from './organization-json.ts';
import { PAGING_PARAMETERS, pageRequestOf, paginationOf } from './paging-parameters.ts';
import { knownParameters, single, wholeNumber } from './parameters.ts';
import type { SignIn } from './sign-in.ts';

/** `/api/organisations`: those of the caller, and making one. */
export const organizationsRoute = (signIn: SignIn, bodyLimitBytes: number): Route =>
  byMethod({
    GET: async (exchange) => {
      const session = await signIn(exchange);
      const request = pageRequestOf(session, knownParameters(exchange.url, PAGING_PARAMETERS));
      const { rows, hasNextPage } = await listOrganizations(session, request.range);
      const total = { count: await countOrganizations(session), isCapped: false };
      const next = hasNextPage ? (rows.at(-1)?.id ?? null) : null;
      const data = rows.map(organizationJson);
      return jsonAnswer(JSON.stringify({ data, pagination: paginationOf(request, total, next) }));
    },
    POST: async (exchange) => {
      const session = await signIn(exchange);
      knownParameters(exchange.url, []);
      if (!isJsonType(exchange.request.headers.get('content-type'))) return notJson();
      const created = await createOrganization(session, await creationOf(exchange, bodyLimitBytes));
      return dataAnswer(organizationJson(created), 201);
    },
  });

/** `/api/organisation`: the current one. */
export const organizationRoute = (signIn: SignIn, bodyLimitBytes: number): Route =>
  byMethod({
    GET: async (exchange) => {
      const session = await signIn(exchange);
      knownParameters(exchange.url, []);
      return dataAnswer(organizationJson(await currentOrganization(session)));
    },
    PUT: async (exchange) => {
      const session = await signIn(exchange);
      knownParameters(exchange.url, []);
      if (!isJsonType(exchange.request.headers.get('content-type'))) return notJson();
      const changed = await updateOrganization(session, await updateOf(exchange, bodyLimitBytes));
      return dataAnswer(organizationJson(changed));
    },
    DELETE: async (exchange) => {
      const session = await signIn(exchange);
      const search = knownParameters(exchange.url, ['confirmName', 'graceDays']);
      const { organizationId, purgeAt } = await deleteOrganization(session, {
        confirmName: single(search, 'confirmName'),
        graceDays: wholeNumber(search, 'graceDays', 0, 2 ** 31 - 1),
      });
      return dataAnswer({ id: organizationId, purgeAt });
    },
  });

const notJson = (): Response =>
  problem(415, 'Send the request body as application/json in UTF-8.', { code: 'BAD_USER_INPUT' });
