import { expect, test } from 'vitest';
import { type Answer, type Client, dataOf, startServer } from './support/client.ts';
import { ASKS } from './support/isolation-asks.ts';
import { documentOf } from './support/isolation-schema.ts';
import { createKey, plantTenant, type Target, twinOf } from './support/isolation-tenant.ts';
import { createOrganization } from './support/organizations.ts';

let statements = 0;
const { as, withToken } = await startServer({
  onQuery: () => {
    statements += 1;
  },
});
const living = await plantTenant(as('canary-owner'), as);
const mallory = as('mallory');
const { id: malloryOrganization } = await createOrganization(mallory, { name: 'Own' });
const malloryKey = await createKey(mallory, malloryOrganization, { name: 'Own' });
const nobody = as('nobody');
dataOf(await nobody('{ viewer { type } }'));

const STRANGERS: readonly (readonly [string, Client])[] = [
  ['a person of another organization', mallory],
  ['a person of no organization', nobody],
  ['an API key of another organization', withToken(malloryKey.secret)],
];

/**
 * Where a row is found by an id that cannot be guessed, and whose it is only then: who holds such an
 * id may learn by the time of one more statement that it is no longer nothing.
 */
const FOUND_FIRST =
  /^(Query\.(nodes?|auditLog)|AuditLog\.proof|Mutation\.(revertChange|releaseLegalHold|enableApiKey))$/;

/**
 * How many statements an answer takes. What runs beside may add some: the least of three. A query
 * that came before goes another way: it has to have come.
 */
async function statementsOf(ask: () => Promise<Answer>): Promise<number> {
  for (let times = 0; times < 2; times += 1) await ask();
  const counts: number[] = [];
  for (let times = 0; times < 3; times += 1) {
    const before = statements;
    await ask();
    counts.push(statements - before);
  }
  return Math.min(...counts);
}

test('a stranger waits for as many statements whether what is asked for exists or not', async () => {
  for (const [who, client] of STRANGERS) {
    for (const [coordinate, asks] of Object.entries(ASKS)) {
      if (FOUND_FIRST.test(coordinate)) continue;
      for (const ask of asks) {
        const of = (target: Target) => () => client(documentOf(coordinate), ask(target));
        const [real, never] = [
          await statementsOf(of(living)),
          await statementsOf(of(twinOf(living))),
        ];
        expect(real, `${coordinate} asked by ${who}`).toBe(never);
      }
    }
  }
});
