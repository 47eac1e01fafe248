import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLDirective,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getDirectiveValues,
  isAbstractType,
  type NamedTypeNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  typeFromAST,
} from 'graphql';

/** A query of which all is known but its caller and those variables that say nothing of its shape. */
export interface Shape {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  /** The variables that `@skip` and `@include` are asked by. */
  readonly conditions: Readonly<Record<string, unknown>>;
}

/** The fields of an object, by their names in the answer: those of one name are one field, whose selections are merged. */
export type SelectedFields = ReadonlyMap<string, readonly FieldNode[]>;

/** What is selected of an object of this type (GraphQL, section 6.3.2: CollectFields). */
export function selectedFields(
  shape: Shape,
  type: GraphQLObjectType,
  selections: readonly (SelectionSetNode | undefined)[],
): SelectedFields {
  const fields = new Map<string, FieldNode[]>();
  const spread = new Set<string>();
  const add = (selection: SelectionNode): void => {
    if (!isIncluded(shape, selection)) return;
    if (selection.kind === 'Field') {
      const name = selection.alias?.value ?? selection.name.value;
      fields.set(name, [...(fields.get(name) ?? []), selection]);
      return;
    }
    const fragment = fragmentOf(shape, selection, spread);
    if (fragment && applies(shape, fragment.typeCondition, type)) {
      fragment.selectionSet.selections.forEach(add);
    }
  };
  for (const selection of selections) selection?.selections.forEach(add);
  return fields;
}

/** A fragment, the first time that it is met. */
function fragmentOf(
  { fragments }: Shape,
  selection: Exclude<SelectionNode, FieldNode>,
  spread: Set<string>,
) {
  if (selection.kind === 'InlineFragment') return selection;
  const name = selection.name.value;
  if (spread.has(name)) return undefined;
  spread.add(name);
  return fragments[name];
}

const isIncluded = ({ conditions }: Shape, node: SelectionNode): boolean => {
  const condition = (directive: GraphQLDirective) =>
    getDirectiveValues(directive, node, conditions)?.['if'];
  return condition(GraphQLSkipDirective) !== true && condition(GraphQLIncludeDirective) !== false;
};

function applies(
  { schema }: Shape,
  condition: NamedTypeNode | undefined,
  type: GraphQLObjectType,
): boolean {
  const wanted = condition && typeFromAST(schema, condition);
  return !wanted || wanted === type || (isAbstractType(wanted) && schema.isSubType(wanted, type));
}
