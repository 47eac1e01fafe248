import { InvalidInputError } from '../../kernel/errors.ts';
import { nearest } from '../../kernel/nearest.ts';
import { ACTOR_TYPES, AUDIT_OUTCOMES, PRODUCT_SCOPES } from '../../kernel/vocabulary.ts';
import { type AuditLogFilter, type Criteria, criteriaOf } from './filter.ts';
import { spanOf } from './query-span.ts';
import { type QueryTerm, queryTerms, refusalAt } from './query-terms.ts';

/** What a qualifier makes of one term. */
type Reading = (term: QueryTerm) => AuditLogFilter;

/** A list of texts; with a minus, the list of those left out, where the filter has one. */
const texts =
  (field: 'actions' | 'emails' | 'resourceUIDs', negated?: 'notActions' | 'notEmails'): Reading =>
  ({ values, isNegated, position }) => {
    if (!isNegated) return { [field]: values };
    if (!negated) throw refusalAt(position, 'this qualifier cannot be left out with a minus.');
    return { [negated]: values };
  };

/** A list of an enum's words, in any case; with a minus, all the others. */
const words =
  (field: 'scopes' | 'outcomes' | 'actorTypes', kind: string, all: readonly string[]): Reading =>
  ({ values, isNegated, position }) => {
    const chosen = values.map((value) => {
      const word = value.toUpperCase();
      if (all.includes(word)) return word;
      const match = nearest(word, all)?.toLowerCase();
      const choices = match
        ? `did you mean \`${match}\`?`
        : `choose from ${all.join(', ').toLowerCase()}.`;
      throw refusalAt(position, `unknown ${kind} \`${value.slice(0, 60)}\`, ${choices}`);
    });
    const wanted = isNegated ? all.filter((word) => !chosen.includes(word)) : chosen;
    if (wanted.length === 0) throw refusalAt(position, `no ${kind} is left.`);
    return { [field]: wanted };
  };

const created: Reading = ({ values, isNegated, position }) => {
  const [value = '', ...others] = values;
  const span = spanOf(value);
  if (isNegated) throw refusalAt(position, 'a span of time cannot be left out with a minus.');
  if (others.length > 0) throw refusalAt(position, 'created takes one span; write from..to.');
  if ('problem' in span) throw refusalAt(position, span.problem);
  return { createdAt: span };
};

/** Every qualifier of the grammar; the docs list them from here. */
const QUALIFIERS: Readonly<Record<string, Reading>> = {
  action: texts('actions', 'notActions'),
  actor: texts('emails', 'notEmails'),
  resource: texts('resourceUIDs'),
  scope: words('scopes', 'scope', PRODUCT_SCOPES),
  outcome: words('outcomes', 'outcome', AUDIT_OUTCOMES),
  type: words('actorTypes', 'type', ACTOR_TYPES),
  created,
};

const freeText: Reading = ({ values, isNegated, position }) => {
  if (isNegated) throw refusalAt(position, 'text cannot be left out with a minus.');
  return { search: values.join(',') };
};

/**
 * What a query text asks for, as criteria that must all hold: one for each term.
 * `action:schedule.* actor:ada@example.com scope:cost,scheduling -outcome:failure created:2026-03-01..2026-03-15 "free text"`
 * @throws InvalidInputError with the place in the text, the rule, and the nearest match
 */
export const queryCriteria = (text: string | null | undefined): Criteria[] =>
  queryTerms(text ?? '').map((term) => {
    const reading = term.qualifier === null ? freeText : QUALIFIERS[term.qualifier.toLowerCase()];
    if (!reading) throw unknownQualifier(term);
    return placed(term, () => criteriaOf(reading(term)));
  });

function unknownQualifier({ qualifier, position }: QueryTerm): InvalidInputError {
  const names = Object.keys(QUALIFIERS);
  const match = nearest(qualifier ?? '', names);
  return refusalAt(
    position,
    `unknown qualifier \`${qualifier}\`, ${match ? `did you mean \`${match}\`?` : `choose from ${names.join(', ')}; put text with a colon in quotation marks.`}`,
  );
}

/** A rule of the filter that a term breaks, told by the term's place in the text. */
function placed(term: QueryTerm, read: () => Criteria): Criteria {
  try {
    return read();
  } catch (error) {
    const [problem] = error instanceof InvalidInputError ? error.fields : [];
    throw problem?.path[0] === 'filter' ? refusalAt(term.position, problem.message) : error;
  }
}
