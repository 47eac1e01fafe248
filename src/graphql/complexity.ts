import type { ComplexityErrorKind } from '@pothos/plugin-complexity';
import { DomainError } from '../kernel/errors.ts';
import type { PageArguments } from '../kernel/paging.ts';

/** What one operation may cost: a point per field, times the page sizes around it. */
export const LARGEST_COMPLEXITY = 20_000;

const DEFAULT_PAGE_SIZE = 50;

/** The operation asks for more than one request may; nothing of it ran. */
class QueryTooComplexError extends DomainError {
  readonly code = 'QUERY_TOO_COMPLEX';
  readonly cost: number;
  readonly limit = LARGEST_COMPLEXITY;

  constructor(cost: number) {
    super(
      `The operation costs ${cost} points and at most ${LARGEST_COMPLEXITY} are allowed: ask for smaller pages or fewer fields.`,
    );
    this.cost = cost;
  }
}

/** What a connection costs: its fields once for each row of the page. */
export const pageCost = ({ first, last }: PageArguments) => ({
  field: 1,
  multiplier: Math.max(1, first ?? last ?? DEFAULT_PAGE_SIZE),
});

/** The refusal of an operation over the limit, naming the limit and the cost, in words and as numbers. */
export const complexityRefusal = (
  _kind: ComplexityErrorKind,
  { complexity }: { complexity: number },
): Error => new QueryTooComplexError(complexity);
