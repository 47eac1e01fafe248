import { type ASTNode, type DocumentNode, visit } from 'graphql';

/** The names of the variables in a part of a document. */
export function variablesIn(node: ASTNode): ReadonlySet<string> {
  const names = new Set<string>();
  visit(node, {
    Variable: ({ name }) => {
      names.add(name.value);
    },
  });
  return names;
}

/** Those that its directives are asked by: by `@skip` and `@include` parts of a document are left out. */
export function conditionsIn(document: DocumentNode): readonly string[] {
  const names = new Set<string>();
  visit(document, {
    Directive: (directive) => {
      for (const name of variablesIn(directive)) names.add(name);
    },
  });
  return [...names];
}
