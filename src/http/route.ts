import type { Answer } from './answer.ts';
import type { Exchange } from './exchange.ts';
import { problem } from './problem.ts';

/** Answers one request; a refusal is thrown. */
export type Route = (exchange: Exchange) => Answer | Promise<Answer>;

/** The route of an address by method; another method is told which ones there are. */
export const byMethod =
  (routes: Readonly<Record<string, Route>>): Route =>
  (exchange) => {
    const route = Object.hasOwn(routes, exchange.request.method)
      ? routes[exchange.request.method]
      : undefined;
    if (route) return route(exchange);
    const allowed = Object.keys(routes).join(', ');
    const response = problem(405, `This address takes ${allowed}.`, { code: 'BAD_USER_INPUT' });
    response.headers.set('allow', allowed);
    return response;
  };
