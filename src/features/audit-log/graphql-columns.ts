import type {
  FieldNode,
  FragmentDefinitionNode,
  GraphQLResolveInfo,
  SelectionSetNode,
} from 'graphql';
import { READABLE_COLUMNS } from './audit-log.ts';
import type { Column } from './span-sql.ts';

/** What each field of an entry is made of. A field that is not here takes every column. */
const COLUMNS_OF: Readonly<Record<string, readonly Column[]>> = {
  __typename: [],
  organizationId: [],
  organization: [],
  actor: ['actorType', 'actorId', 'actorName', 'email'],
  createdAt: ['createdAtMs'],
  recordedAt: ['recordedAtMs'],
  resource: ['resourceUID'],
  ...Object.fromEntries(READABLE_COLUMNS.map((column) => [column, [column]])),
};

/** Worked out once for each field of a document that is used again. */
const known = new WeakMap<FieldNode, readonly Column[]>();

/**
 * The columns that a connection of entries needs, by what is selected below it; what a directive
 * leaves out counts as selected, so that a document asks for the same columns each time.
 */
export function selectedColumns({ fieldNodes, fragments }: GraphQLResolveInfo): readonly Column[] {
  const [only, ...others] = fieldNodes;
  if (!only || others.length > 0) return columnsBelow(fieldNodes, fragments);
  const columns = known.get(only) ?? columnsBelow(fieldNodes, fragments);
  known.set(only, columns);
  return columns;
}

type Fragments = Readonly<Record<string, FragmentDefinitionNode>>;

function columnsBelow(connections: readonly FieldNode[], fragments: Fragments): readonly Column[] {
  const below = (nodes: readonly FieldNode[]) =>
    nodes.flatMap(({ selectionSet }) => fieldsOf(selectionSet, fragments));
  const named = (nodes: readonly FieldNode[], name: string) =>
    below(nodes).filter((field) => field.name.value === name);
  const entries = [...named(connections, 'nodes'), ...named(named(connections, 'edges'), 'node')];
  const wanted = new Set(
    below(entries).flatMap(({ name }) => COLUMNS_OF[name.value] ?? READABLE_COLUMNS),
  );
  return READABLE_COLUMNS.filter((column) => wanted.has(column));
}

/** The fields of a selection, those in fragments too. */
function fieldsOf(selectionSet: SelectionSetNode | undefined, fragments: Fragments): FieldNode[] {
  return (selectionSet?.selections ?? []).flatMap((selection) => {
    if (selection.kind === 'Field') return [selection];
    if (selection.kind === 'InlineFragment') return fieldsOf(selection.selectionSet, fragments);
    return fieldsOf(fragments[selection.name.value]?.selectionSet, fragments);
  });
}
