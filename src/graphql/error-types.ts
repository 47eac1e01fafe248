import type { FieldProblem } from '../kernel/errors.ts';
import { type DomainError, InvalidInputError } from '../kernel/errors.ts';
import { builder } from './builder.ts';

/** The interface of every error that a mutation returns as data. */
export const ErrorInterface = builder.interfaceRef<DomainError>('Error').implement({
  description:
    'A refusal that a correct client shows its user; a member of each mutation’s result union.',
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Stable, for programs: see the README’s table.' }),
    message: t.exposeString('message', { description: 'For people, in English.' }),
  }),
});

/** One rule that an input broke. */
export const FieldError = builder.objectRef<FieldProblem>('FieldError').implement({
  description: 'One rule that the input broke, and where.',
  fields: (t) => ({
    path: t.stringList({
      description: 'Where the value stands in the input, such as ["settings", "timezone"].',
      resolve: ({ path }) => [...path],
    }),
    message: t.exposeString('message', { description: 'The rule.' }),
  }),
});

builder.objectType(InvalidInputError, {
  name: 'InvalidInputError',
  description: 'The input breaks rules; nothing was stored. Code BAD_USER_INPUT.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    fields: t.field({
      type: [FieldError],
      description: 'Every rule that is broken.',
      resolve: ({ fields }) => [...fields],
    }),
  }),
});
