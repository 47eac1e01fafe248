const JSON_TYPES = ['application/json', 'application/graphql-response+json'];
const ANYTHING = ['*/*', 'application/*'];

/**
 * The type of an answer without errors for an Accept header, as Yoga chooses it: the first that is
 * listed of those there are, whatever its weight; null when it is for Yoga to say.
 */
export function acceptedType(accept: string | null): string | null {
  for (const range of (accept ?? '*/*').toLowerCase().replaceAll(/\s/g, '').split(',')) {
    const [type = '', ...parameters] = range.split(';');
    if (parameters.some((parameter) => /charset=(?!utf-8$)/.test(parameter))) continue;
    if (ANYTHING.includes(type)) return typed('application/json');
    if (JSON_TYPES.includes(type)) return typed(type);
  }
  return null;
}

const typed = (type: string): string => `${type}; charset=utf-8`;
