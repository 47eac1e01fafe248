import { type ExecutionArgs, getOperationAST } from 'graphql';

const LONGEST_NAME = 100;

/** Kind and name of an operation, such as `query Page`; null when the document has none of that name. */
export function operationTitle({
  document,
  operationName,
}: Pick<ExecutionArgs, 'document' | 'operationName'>): string | null {
  const operation = getOperationAST(document, operationName);
  if (!operation) return null;
  const name = operation.name?.value.slice(0, LONGEST_NAME);
  return name ? `${operation.operation} ${name}` : operation.operation;
}
