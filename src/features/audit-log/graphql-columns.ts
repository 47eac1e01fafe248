import type {
  FieldNode,
  FragmentDefinitionNode,
  GraphQLResolveInfo,
  SelectionNode,
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
  // What it is worked out from; every page has the sequence.
  id: ['id', 'recordedAtMs'],
};

/** What a connection of entries needs, by what is selected below it. */
interface Selected {
  /** What a directive leaves out counts as selected, so that a document asks for the same columns each time. */
  readonly columns: readonly Column[];
  /** Whether the count is selected whatever the variables: under no directive. */
  readonly isCounted: boolean;
}

/** Worked out once for each field of a document that is used again. */
const known = new WeakMap<FieldNode, Selected>();

/** What of a page, and whether its count, a connection of entries is asked for. */
export function selectedBelow({ fieldNodes, fragments }: GraphQLResolveInfo): Selected {
  const [only, ...others] = fieldNodes;
  if (!only || others.length > 0) return selectionOf(fieldNodes, fragments);
  const selected = known.get(only) ?? selectionOf(fieldNodes, fragments);
  known.set(only, selected);
  return selected;
}

type Fragments = Readonly<Record<string, FragmentDefinitionNode>>;

const COUNTS: readonly string[] = ['totalCount', 'totalCountIsCapped'];

const selectionOf = (connections: readonly FieldNode[], fragments: Fragments): Selected => ({
  columns: columnsBelow(connections, fragments),
  isCounted: connections.some(({ selectionSet }) =>
    fieldsOf(selectionSet, fragments, isSure).some(({ name }) => COUNTS.includes(name.value)),
  ),
});

const isSure = ({ directives = [] }: SelectionNode): boolean => directives.length === 0;

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

/** The fields of a selection, those in fragments too, as far as the selections are `wanted`. */
function fieldsOf(
  selectionSet: SelectionSetNode | undefined,
  fragments: Fragments,
  wanted: (selection: SelectionNode) => boolean = () => true,
): FieldNode[] {
  return (selectionSet?.selections ?? []).filter(wanted).flatMap((selection) => {
    if (selection.kind === 'Field') return [selection];
    const within =
      selection.kind === 'InlineFragment' ? selection : fragments[selection.name.value];
    return fieldsOf(within?.selectionSet, fragments, wanted);
  });
}
