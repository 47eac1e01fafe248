import { maxAliasesPlugin } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthPlugin } from '@escape.tech/graphql-armor-max-depth';
import { maxDirectivesPlugin } from '@escape.tech/graphql-armor-max-directives';
import { maxTokensPlugin } from '@escape.tech/graphql-armor-max-tokens';
import { NoSchemaIntrospectionCustomRule, Source } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { type FieldLimits, fieldLimitRule } from './field-limits.ts';
import { nestsDeeper } from './nesting.ts';
import { tooComplex } from './too-complex.ts';

/** How large a document may be; each limit is named by the error of who passes it. */
export interface DocumentLimits extends FieldLimits {
  readonly tokens: number;
  /** Levels of fields. */
  readonly depth: number;
  /** Levels of brackets. */
  readonly nesting: number;
  readonly aliases: number;
  readonly directives: number;
}

/**
 * Refuses documents over the limits, with QUERY_TOO_COMPLEX, before anything is executed.
 * Lexing stops at the token limit; introspection, when it is off, is refused in the same place.
 */
export function limitPlugins(limits: DocumentLimits, introspection: boolean): Plugin[] {
  const plugin = (limit: keyof typeof LIMITED) => ({
    n: limits[limit],
    onReject: [() => refuse(limits, limit)],
  });
  return [
    {
      // Before the parser, which would go as deep as the brackets do.
      onParse({ params: { source } }) {
        const text = typeof source === 'string' ? new Source(source) : source;
        if (nestsDeeper(text, limits.nesting)) refuse(limits, 'nesting');
      },
    },
    maxTokensPlugin(plugin('tokens')),
    maxDepthPlugin({ ...plugin('depth'), flattenFragments: true }),
    // The plugin's own default never counts aliases of __typename.
    maxAliasesPlugin({ ...plugin('aliases'), allowList: [] }),
    maxDirectivesPlugin(plugin('directives')),
    {
      onValidate({ addValidationRule }) {
        addValidationRule(fieldLimitRule(limits));
        if (!introspection) addValidationRule(NoSchemaIntrospectionCustomRule);
      },
    },
  ];
}

const LIMITED = {
  tokens: 'tokens',
  depth: 'levels of fields',
  nesting: 'levels of brackets',
  aliases: 'aliases',
  directives: 'directives',
};

function refuse(limits: DocumentLimits, limit: keyof typeof LIMITED): never {
  throw tooComplex(`The document may have at most ${limits[limit]} ${LIMITED[limit]}.`);
}
