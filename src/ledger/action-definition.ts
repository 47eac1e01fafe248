import type { ProductScope } from '../kernel/vocabulary.ts';

/** What the catalogue says of one action; `details` turns its metadata into the sentence people read. */
export interface ActionDefinition<Metadata> {
  readonly scope: ProductScope;
  readonly resourceType: string;
  readonly description: string;
  readonly details: (metadata: Metadata) => string;
}

/** A definition with the type of its metadata. */
export const action = <Metadata>(
  definition: ActionDefinition<Metadata>,
): ActionDefinition<Metadata> => definition;
