import type { DocumentNode } from 'graphql';

const BUDGET_CHARACTERS = 1_000_000;
/** Longer documents are rare, so not worth the room of many short ones. */
const LONGEST_CHARACTERS = 20_000;

/** Where Yoga keeps parsed documents by their text. */
interface DocumentCache {
  get(text: string): DocumentNode | undefined;
  set(text: string, document: DocumentNode): void;
}

/**
 * Keeps the documents used last, as many as fit into a budget of characters: a parsed document takes
 * about a hundred bytes a character, so counting documents alone would not bound the memory.
 */
export function documentCache(budget = BUDGET_CHARACTERS): DocumentCache {
  const documents = new Map<string, DocumentNode>();
  let characters = 0;
  return {
    get(text) {
      const document = documents.get(text);
      if (document === undefined) return undefined;
      // A Map keeps its order of insertion: put back at the end, the oldest stays first.
      documents.delete(text);
      documents.set(text, document);
      return document;
    },
    set(text, document) {
      if (text.length > LONGEST_CHARACTERS || documents.has(text)) return;
      documents.set(text, document);
      characters += text.length;
      for (const oldest of documents.keys()) {
        if (characters <= budget) break;
        documents.delete(oldest);
        characters -= oldest.length;
      }
    },
  };
}

/** Keeps nothing: parse errors are cheap to find again, and hostile ones would fill a cache. */
export const noErrorCache = { get: () => undefined, set: () => undefined };
