import {
  type FieldNode,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';
import { tooComplex } from './too-complex.ts';

/** How much an operation may ask for. */
export interface FieldLimits {
  /** In all, fragments counted wherever they are spread. */
  readonly fields: number;
  /** For one response key, in one selection set and type. */
  readonly repeats: number;
}

/**
 * A validation rule: an operation asks for at most `fields` fields, fragments counted wherever they are
 * spread, and for one response key at most `repeats` times in one selection set and type. Introspection has a
 * depth limit of its own (graphql's MaxIntrospectionDepthRule) and counts as one field.
 * Each fragment is looked at once, so the rule's own cost is linear in the document.
 */
export const fieldLimitRule =
  (limits: FieldLimits): ValidationRule =>
  (context) => {
    const count: Count = { context, repeats: limits.repeats, fragments: new Map() };
    return {
      OperationDefinition(operation) {
        if (tallyOf(count, operation.selectionSet).fields > limits.fields) {
          throw tooComplex(`An operation may ask for at most ${limits.fields} fields.`);
        }
      },
    };
  };

/** The fields of a selection set: their number with everything below, and how often each key is asked for. */
interface Tally {
  fields: number;
  readonly keys: ReadonlyMap<string, number>;
}

/** One count over a document; a fragment's tally is made once. */
interface Count {
  readonly context: ValidationContext;
  readonly repeats: number;
  readonly fragments: Map<string, Tally>;
}

const EMPTY: Tally = { fields: 0, keys: new Map() };

function tallyOf(count: Count, set: SelectionSetNode): Tally {
  const keys = new Map<string, number>();
  let fields = 0;
  for (const selection of set.selections) {
    const tally = tallyOfSelection(count, selection);
    fields += tally.fields;
    for (const [key, times] of tally.keys) {
      const sum = (keys.get(key) ?? 0) + times;
      if (sum > count.repeats) {
        throw tooComplex(`One selection set may ask for a field at most ${count.repeats} times.`);
      }
      keys.set(key, sum);
    }
  }
  return { fields, keys };
}

function tallyOfSelection(count: Count, selection: SelectionNode): Tally {
  switch (selection.kind) {
    case Kind.FIELD:
      return tallyOfField(count, selection);
    case Kind.INLINE_FRAGMENT: {
      const tally = tallyOf(count, selection.selectionSet);
      return selection.typeCondition ? within(selection.typeCondition.name.value, tally) : tally;
    }
    case Kind.FRAGMENT_SPREAD:
      return tallyOfFragment(count, selection.name.value);
  }
}

function tallyOfField(count: Count, { alias, name, selectionSet }: FieldNode): Tally {
  const introspects = name.value.startsWith('__');
  const below = selectionSet && !introspects ? tallyOf(count, selectionSet).fields : 0;
  return { fields: 1 + below, keys: new Map([[alias?.value ?? name.value, 1]]) };
}

function tallyOfFragment(count: Count, name: string): Tally {
  const known = count.fragments.get(name);
  if (known) return known;
  // A fragment that spreads itself meets this; another rule refuses it.
  count.fragments.set(name, EMPTY);
  const fragment = count.context.getFragment(name);
  const tally = fragment
    ? within(fragment.typeCondition.name.value, tallyOf(count, fragment.selectionSet))
    : EMPTY;
  count.fragments.set(name, tally);
  return tally;
}

/**
 * A fragment's keys, told apart by its type: a value is of one type, so the same key in a fragment for
 * each member of a union is asked for once. The innermost type counts, so that nesting wins nothing.
 */
function within(type: string, { fields, keys }: Tally): Tally {
  const typed = new Map<string, number>();
  for (const [key, times] of keys) {
    const name = key.includes(' ') ? key : `${type} ${key}`;
    typed.set(name, (typed.get(name) ?? 0) + times);
  }
  return { fields, keys: typed };
}
