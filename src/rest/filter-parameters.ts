import type { AuditLogFilter } from '../features/audit-log/filter.ts';
import { ACTOR_TYPES, AUDIT_OUTCOMES, PRODUCT_SCOPES } from '../kernel/vocabulary.ts';
import {
  commaSeparated,
  instant,
  knownParameters,
  repeated,
  single,
  wordsFrom,
} from './parameters.ts';

/** The parameters that filter a log, at every address that takes them. */
export const FILTER_PARAMETERS = [
  'include',
  'action',
  'notAction',
  'email',
  'notEmail',
  'resourceUID',
  'actorType',
  'outcome',
  'from',
  'to',
  'search',
] as const;

/** The filter that an address asks for, as GraphQL's `filter`. @throws InvalidInputError */
export const filterOf = (search: URLSearchParams): AuditLogFilter => ({
  scopes: wordsFrom(search, 'include', PRODUCT_SCOPES),
  actions: commaSeparated(search, 'action'),
  notActions: commaSeparated(search, 'notAction'),
  emails: commaSeparated(search, 'email'),
  notEmails: commaSeparated(search, 'notEmail'),
  resourceUIDs: repeated(search, 'resourceUID'),
  actorTypes: wordsFrom(search, 'actorType', ACTOR_TYPES),
  outcomes: wordsFrom(search, 'outcome', AUDIT_OUTCOMES),
  createdAt: { from: instant(search, 'from'), to: instant(search, 'to') },
  search: single(search, 'search'),
});

/** The filter in a text of such parameters, such as `include=cost`. @throws InvalidInputError */
export const filterOfText = (text: string): AuditLogFilter =>
  filterOf(
    knownParameters(
      new URL(`?${text.replaceAll('+', '%2B')}`, 'http://localhost'),
      FILTER_PARAMETERS,
    ),
  );
