import SchemaBuilder from '@pothos/core';
import ComplexityPlugin from '@pothos/plugin-complexity';
import ErrorsPlugin from '@pothos/plugin-errors';
import PrismaPlugin from '@pothos/plugin-prisma';
import RelayPlugin from '@pothos/plugin-relay';
import type PrismaTypes from '../generated/pothos.ts';
import { getDatamodel } from '../generated/pothos.ts';
import { complexityRefusal, mostComplexity } from './complexity.ts';
import type { Context } from './context.ts';

/** A scalar whose values have one type on both ways. */
interface Scalar<T> {
  Input: T;
  Output: T;
}

/** How many rows a connection has in all pages; worked out when asked for. */
interface Total {
  readonly count: number;
  readonly isCapped: boolean;
}

/** The builder that every feature adds its part of the schema to. */
export const builder = new SchemaBuilder<{
  Context: Context;
  PrismaTypes: PrismaTypes;
  DefaultFieldNullability: false;
  DefaultEdgesNullability: false;
  DefaultNodeNullability: false;
  /** `asOf`: the last sequence of a log's snapshot; only connections of entries have one. */
  Connection: { total: () => Promise<Total>; asOf?: number };
  Scalars: {
    ID: Scalar<string>;
    DateTime: Scalar<Date>;
    EmailAddress: Scalar<string>;
    IP: Scalar<string>;
    JSON: Scalar<unknown>;
    JSONObject: Scalar<Record<string, unknown>>;
    SafeInt: Scalar<number>;
  };
}>({
  defaultFieldNullability: false,
  plugins: [ErrorsPlugin, RelayPlugin, PrismaPlugin, ComplexityPlugin],
  complexity: {
    defaultComplexity: 1,
    defaultListMultiplier: 1,
    limit: mostComplexity,
    complexityError: complexityRefusal,
  },
  errors: {
    defaultTypes: [],
    directResult: true,
    defaultUnionOptions: {
      description: 'The success, or one of the refusals that a client shows its user.',
      name: ({ fieldName }) => `${fieldName.charAt(0).toUpperCase()}${fieldName.slice(1)}Result`,
    },
  },
  relay: {
    clientMutationId: 'omit',
    cursorType: 'String',
    edgesFieldOptions: {
      nullable: false,
      description: 'The entries of this page with their cursors.',
    },
    nodeFieldOptions: { nullable: false, description: 'What the cursor stands for.' },
    nodesOnConnection: { description: 'The entries of this page, without cursors.' },
    pageInfoTypeOptions: {
      description: 'Where a page lies in its connection (Relay specification).',
    },
    hasNextPageFieldOptions: { description: 'Whether rows follow this page.' },
    hasPreviousPageFieldOptions: { description: 'Whether rows precede this page.' },
    startCursorFieldOptions: {
      description: 'The first cursor of this page; null when it is empty.',
    },
    endCursorFieldOptions: { description: 'The last cursor of this page; null when it is empty.' },
    pageInfoFieldOptions: { description: 'Where this page lies.' },
    cursorFieldOptions: { description: 'An opaque place to page from.' },
    firstArgOptions: {
      description: 'How many from the start, at most 100; 50 when neither is given.',
    },
    afterArgOptions: { description: 'Only what follows this cursor.' },
    lastArgOptions: { description: 'How many from the end, at most 100.' },
    beforeArgOptions: { description: 'Only what precedes this cursor.' },
    // The plugin's own would fetch any row around the visibility rules; `node.ts` has ours.
    nodeQueryOptions: false,
    nodesQueryOptions: false,
  },
  prisma: {
    client: ({ session }) => session.read as never,
    dmmf: getDatamodel(),
    exposeDescriptions: false,
    onUnusedQuery: 'error',
  },
});

/** The root of reading; a mutation's success offers it again as `query`. */
export const Query = builder.queryType({
  description: 'Everything that can be read. What is not yours does not exist.',
});
builder.mutationType({
  description:
    'Everything that can be changed. Each change and the audit log entry that tells of it commit together or not at all.',
});
