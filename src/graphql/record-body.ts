import { type DocumentNode, getOperationAST, Kind, type SelectionSetNode } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { tooLarge } from '../http/body.ts';
import type { PluginContext } from './exchange.ts';

/** The one mutation whose bodies may be large. */
const RECORDING = 'recordAuditLogs';

/**
 * Holds every request but a recording of audit logs to the ordinary body limit. The larger one was
 * allowed while reading, since only the document, inside of the body, says what is asked.
 */
export function useOrdinaryBodyLimit(limitBytes: number): Plugin<PluginContext> {
  return {
    onExecute({ args, context }) {
      if (context.exchange.bodyBytes <= limitBytes) return;
      if (!records(args.document, args.operationName)) throw tooLarge(limitBytes);
    },
  };
}

function records(document: DocumentNode, operationName: string | null | undefined): boolean {
  const operation = getOperationAST(document, operationName);
  return operation ? selects(document, operation.selectionSet, new Set()) : false;
}

function selects(document: DocumentNode, set: SelectionSetNode, seen: Set<string>): boolean {
  return set.selections.some((selection) => {
    if (selection.kind === Kind.FIELD) return selection.name.value === RECORDING;
    if (selection.kind === Kind.INLINE_FRAGMENT)
      return selects(document, selection.selectionSet, seen);
    const name = selection.name.value;
    if (seen.has(name)) return false;
    seen.add(name);
    const fragment = document.definitions.find(
      (definition) =>
        definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === name,
    );
    return fragment?.kind === Kind.FRAGMENT_DEFINITION
      ? selects(document, fragment.selectionSet, seen)
      : false;
  });
}
