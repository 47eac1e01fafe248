const BUDGET_CHARACTERS = 1_000_000;
/** Longer texts are rare, so not worth the room of many short ones. */
const LONGEST_CHARACTERS = 20_000;

/** Where something made of a text is kept by it. */
export interface TextCache<Value> {
  get(text: string): Value | undefined;
  set(text: string, value: Value): void;
}

/**
 * Keeps what was made of the texts used last, as many as fit into a budget of characters: a parsed
 * document takes about a hundred bytes a character, so counting documents alone would not bound the memory.
 */
export function textCache<Value>(budget = BUDGET_CHARACTERS): TextCache<Value> {
  const kept = new Map<string, Value>();
  let characters = 0;
  return {
    get(text) {
      const value = kept.get(text);
      if (value === undefined) return undefined;
      // A Map keeps its order of insertion: put back at the end, the oldest stays first.
      kept.delete(text);
      kept.set(text, value);
      return value;
    },
    set(text, value) {
      if (text.length > LONGEST_CHARACTERS || kept.has(text)) return;
      kept.set(text, value);
      characters += text.length;
      for (const oldest of kept.keys()) {
        if (characters <= budget) break;
        kept.delete(oldest);
        characters -= oldest.length;
      }
    },
  };
}

/** Keeps nothing: parse errors are cheap to find again, and hostile ones would fill a cache. */
export const noErrorCache = { get: () => undefined, set: () => undefined };
