import { maxAliasesPlugin } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthPlugin } from '@escape.tech/graphql-armor-max-depth';
import { maxDirectivesPlugin } from '@escape.tech/graphql-armor-max-directives';
import { maxTokensPlugin } from '@escape.tech/graphql-armor-max-tokens';
import { NoSchemaIntrospectionCustomRule, Source } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { fieldLimitRule } from './field-limits.ts';
import { nestsDeeper } from './nesting.ts';
import { tooComplex } from './too-complex.ts';

/** How large a document may be; each limit is named by the error of who passes it. */
export const LIMITS = {
  tokens: 2000,
  depth: 12,
  nesting: 64,
  aliases: 30,
  directives: 5,
  fields: 250,
  repeats: 5,
};

/**
 * Refuses documents over the limits, with QUERY_TOO_COMPLEX, before anything is executed.
 * Lexing stops at the token limit; introspection, when it is off, is refused in the same place.
 */
export const limitPlugins = (introspection: boolean): Plugin[] => [
  {
    // Before the parser, which would go as deep as the brackets do.
    onParse({ params: { source } }) {
      const text = typeof source === 'string' ? new Source(source) : source;
      if (nestsDeeper(text, LIMITS.nesting)) refuse('nesting');
    },
  },
  maxTokensPlugin({ n: LIMITS.tokens, onReject: [() => refuse('tokens')] }),
  maxDepthPlugin({ n: LIMITS.depth, flattenFragments: true, onReject: [() => refuse('depth')] }),
  // The plugin's own default never counts aliases of __typename.
  maxAliasesPlugin({ n: LIMITS.aliases, allowList: [], onReject: [() => refuse('aliases')] }),
  maxDirectivesPlugin({ n: LIMITS.directives, onReject: [() => refuse('directives')] }),
  {
    onValidate({ addValidationRule }) {
      addValidationRule(fieldLimitRule(LIMITS));
      if (!introspection) addValidationRule(NoSchemaIntrospectionCustomRule);
    },
  },
];

const LIMITED = {
  tokens: 'tokens',
  depth: 'levels of fields',
  nesting: 'levels of brackets',
  aliases: 'aliases',
  directives: 'directives',
};

function refuse(limit: keyof typeof LIMITED): never {
  throw tooComplex(`The document may have at most ${LIMITS[limit]} ${LIMITED[limit]}.`);
}
