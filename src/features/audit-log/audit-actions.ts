import type { ProductScope } from '../../kernel/vocabulary.ts';
import { CATALOGUE } from '../../ledger/catalogue.ts';

/** An action of the catalogue, as readers see it. */
export interface AuditAction {
  readonly action: string;
  readonly scope: ProductScope;
  readonly resourceType: string | null;
  readonly description: string;
}

const ACTIONS: readonly AuditAction[] = Object.entries(CATALOGUE)
  .map(([action, { scope, resourceType, description }]) => ({
    action,
    scope,
    resourceType,
    description,
  }))
  .sort((a, b) => (a.action < b.action ? -1 : 1));

/** The catalogue by action; only these scopes when any are given. */
export const listAuditActions = (
  scopes: readonly ProductScope[] | null | undefined,
): AuditAction[] => ACTIONS.filter(({ scope }) => !scopes?.length || scopes.includes(scope));
