import { builder } from '../../graphql/builder.ts';
import { OrganizationRule } from '../../graphql/enums.ts';
import type { OrganizationRule as RuleName } from '../../kernel/vocabulary.ts';
import { Viewer } from '../identity/graphql.ts';
import { viewerChoice } from './current-organization.ts';
import { Organization } from './graphql.ts';
import type { Organization as Row } from './organization.ts';

const CurrentOrganization = builder
  .objectRef<{ organization: Row; rule: RuleName }>('CurrentOrganization')
  .implement({
    description: 'The organization this request is about, and why.',
    fields: (t) => ({
      organization: t.field({
        type: Organization,
        description: 'The organization.',
        resolve: ({ organization }) => organization,
      }),
      chosenBy: t.field({
        type: OrganizationRule,
        description: 'The rule that chose it.',
        resolve: ({ rule }) => rule,
      }),
    }),
  });

builder.objectField(Viewer, 'currentOrganization', (t) =>
  t.field({
    type: CurrentOrganization,
    nullable: true,
    description:
      'The organization this request is about, and the rule that chose it; null when none did, or the one it names is not yours.',
    resolve: (session) => viewerChoice(session),
  }),
);
