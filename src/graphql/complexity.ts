import type { ComplexityErrorKind } from '@pothos/plugin-complexity';
import { DomainError } from '../kernel/errors.ts';
import { defaultPageSize, type PageArguments } from '../kernel/paging.ts';
import type { Context } from './context.ts';

/** The operation asks for more than one request may; nothing of it ran. */
class QueryTooComplexError extends DomainError {
  readonly code = 'QUERY_TOO_COMPLEX';
  readonly cost: number;
  readonly limit: number;

  constructor(cost: number, limit: number) {
    super(
      `The operation costs ${cost} points and at most ${limit} are allowed: ask for smaller pages or fewer fields.`,
    );
    this.cost = cost;
    this.limit = limit;
  }
}

/** What a connection costs: its fields once for each row of the page. */
export const pageCost = ({ first, last }: PageArguments, { session }: Context) => ({
  field: 1,
  multiplier: Math.max(1, first ?? last ?? defaultPageSize(session)),
});

/** What one operation may cost: a point per field, times the page sizes around it. */
export const mostComplexity = ({ costLimit }: Context) =>
  costLimit === null ? {} : { complexity: costLimit };

/** The refusal of an operation over the limit, naming the limit and the cost, in words and as numbers. */
export const complexityRefusal = (
  _kind: ComplexityErrorKind,
  { complexity, maxComplexity = 0 }: { complexity: number; maxComplexity?: number },
): Error => new QueryTooComplexError(complexity, maxComplexity);
