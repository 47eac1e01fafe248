import { type GraphQLLeafType, type GraphQLNonNull, isNonNullType } from 'graphql';
import { isPromise } from '../../kernel/is-promise.ts';
import { leafText } from './leaf-text.ts';
import { Unwritable } from './unwritable.ts';

/** A leaf that is read off its object, by no resolver: most of what pages hold. */
export interface PlainField {
  /** What stands before its value, such as `,"details":`. */
  readonly begin: string;
  /** As the schema names it. */
  readonly name: string;
  readonly type: GraphQLLeafType | GraphQLNonNull<GraphQLLeafType>;
}

/**
 * Makes what writes these fields of an object as JSON. It is made as code, of which each field has a
 * place of its own: there V8 reads it straight off objects of one shape, where a loop over names would
 * look every one of them up.
 * @throws what serializers throw, and Unwritable
 */
export function plainFieldsText(fields: readonly PlainField[]): (source: unknown) => string {
  const places = fields.map((_, at) => `text${at}`);
  const parts = fields.map(({ begin, name }, at) => {
    if (!NAME.test(name)) throw new Unwritable();
    return `${JSON.stringify(begin)} + text${at}(source.${name})`;
  });
  const make = new Function(...places, `return (source) => ${parts.join(' + ')}`);
  return make(...fields.map(({ type }) => plainText(type)));
}

/** GraphQL, section 2.1.9: nothing else may stand in the code. */
const NAME = /^[_A-Za-z][_0-9A-Za-z]*$/;

function plainText(type: PlainField['type']): (value: unknown) => string {
  const isRequired = isNonNullType(type);
  const text = leafText(isRequired ? type.ofType : type);
  return (value) => {
    if (value == null) {
      if (isRequired) throw new Unwritable();
      return 'null';
    }
    // A method in the place of a value, or a promise of one, is for the ordinary executor.
    if (typeof value === 'function' || isPromise(value)) throw new Unwritable();
    return text(value);
  };
}
