import fc from 'fast-check';
import { expect, test } from 'vitest';
import { indiscretionsIn } from '../support/answer-scan.ts';
import { type Answer, type Data, startServer } from '../support/client.ts';
import {
  BRIDGE,
  type Caller,
  type OtherTenant,
  plantOtherTenant,
} from '../support/fuzz-callers.ts';
import { ODD, twinVocabularyOf, vocabularyOf } from '../support/fuzz-words.ts';
import { figure, hostileRuns, isLong } from '../support/hostile.ts';
import { plantTenant, rowsOf, stateOf } from '../support/isolation-tenant.ts';
import { leaksIn, secretsIn, told } from '../support/isolation-verdict.ts';
import { addMember, record } from '../support/organizations.ts';
import { documentFrom, type RandomDocument } from '../support/random-document.ts';
import { schemaCoverage } from '../support/schema-coverage.ts';
import { createTeam } from '../support/teams.ts';

const { numRuns, seed, parameters } = hostileRuns({ short: 100, long: 10_100 });
const server = await startServer({ env: { RATE_LIMIT: 'off' } });
const { as, query, withToken } = server;

const owner = as('canary-owner');
const tenant = await plantTenant(owner, as);
const tenantId = tenant.nodes['Organization'] ?? '';
await addMember(query, as, tenantId, BRIDGE, 'ADMIN');
await createTeam(as(BRIDGE), tenantId, 'Canary Bridge');
await record(as(BRIDGE), tenantId, [{ scope: 'COST', action: 'canary.bridged' }]);
const stateBefore = await stateOf(server, [tenantId]);
const bridgeId = (await query<Data>('SELECT "id" FROM "User" WHERE "subject" = $1', [BRIDGE]))[0]
  .id;
const secrets = [
  ...secretsIn((await rowsOf(server, [tenantId])).values()),
  ...tenant.logIds,
].filter((secret) => secret !== bridgeId);

const foreign = { real: vocabularyOf(tenant), never: twinVocabularyOf(tenant) };
const coverage = schemaCoverage();
const tally = {
  documents: 0,
  requests: 0,
  refusedAsTooComplex: 0,
  retried: 0,
  comparedByOutcome: 0,
};
const byRole: Record<string, number> = {};

/** How many documents are asked from one other organization, before what they did to it is too much. */
const WORLD_LASTS = 100;
let world: OtherTenant;
/** What of the tenant’s and its twin’s words the other organization may have stored by now. */
let stored: Set<string>;

async function nextWorld(): Promise<void> {
  world = await plantOtherTenant(server, tenant);
  stored = new Set(world.stored);
}

/** A name makes a slug, where an organization is made of it. */
function keep(words: readonly string[]): void {
  for (const word of words) {
    stored.add(word).add(word.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-'));
  }
}

interface Asking extends RandomDocument {
  readonly caller: Caller;
  readonly headers: Record<string, string>;
}

async function ask({ caller, document, variables, headers }: Asking): Promise<Answer> {
  tally.requests += 1;
  return withToken(caller.token)(document, variables, headers);
}

/** What an answer says when a change succeeded, whose ids and times are new each time. */
function outcome({ status, data, errors }: Answer, said: Iterable<string>): string {
  const types = Object.entries((data ?? {}) as Data).map(([key, value]: Data) => [
    key,
    value?.__typename ?? null,
  ]);
  const problems = (errors ?? []).map(({ extensions }) => extensions?.code);
  return told({ status, headers: new Headers(), data: { types, problems } }, said);
}

/** The way to what became null: of fields that all end their parent, whichever was first is told. */
function nulledBy(data: unknown, path: readonly (string | number)[]): readonly (string | number)[] {
  let value = data;
  const end = path.findIndex((step) => {
    if (value === null || value === undefined) return true;
    value = (value as Data)[step];
    return false;
  });
  return end < 0 ? path : path.slice(0, end);
}

/**
 * An answer, so that another can be compared with it. Of errors in the items of a list, ten are told,
 * in whichever order the items were made: the kinds that there are are compared.
 */
function comparable(answer: Answer, { kind, said }: RandomDocument): string {
  const { errors = [], headers, ...rest } = answer;
  const kinds = errors.map(({ path = [], message, extensions }) =>
    JSON.stringify([
      nulledBy(rest.data, path).filter((step) => typeof step === 'string'),
      message,
      extensions,
    ]),
  );
  const kept = new Headers(headers);
  kept.delete('content-length');
  const shown = { ...rest, headers: kept, data: [rest.data, [...new Set(kinds)].sort()] };
  const whole = told(shown, [...said, ...stored]);
  return kind === 'mutation' && /Success"/.test(whole) ? outcome(answer, stored) : whole;
}

/** How often both are asked, at most; and of how many askings the outcomes are compared. */
const [ATTEMPTS, SETTLED] = [4, 2];

/**
 * The same shape of document about what is there and about what never was. What differs by what the
 * caller did itself meanwhile agrees when it is asked again; where something of its own grows by every
 * asking, no two answers agree, and the outcomes of the last ones are compared: the first may be the
 * one that made its second organization. What tells of existence always differs.
 */
async function answersOf(real: Asking, never: Asking) {
  const [reals, nevers, ends]: [string[], string[], string[]] = [[], [], []];
  const answers: Answer[] = [];
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const [there, nowhere] = [await ask(real), await ask(never)];
    answers.push(there);
    reals.push(comparable(there, real));
    nevers.push(comparable(nowhere, never));
    ends.push(outcome(there, stored), outcome(nowhere, stored));
    if (reals.some((text) => nevers.includes(text))) return { answers, difference: null };
    tally.retried += 1;
  }
  const isMoving =
    new Set(reals).size === reals.length && new Set(ends.slice(-2 * SETTLED)).size === 1;
  if (isMoving) tally.comparedByOutcome += 1;
  return { answers, difference: isMoving ? null : `${reals.at(-1)}\n${nevers.at(-1)}` };
}

function problemsWith(answer: Answer, asking: Asking): string[] {
  const text = told(answer, [...asking.said, ...stored]);
  const codes = (answer.errors ?? []).map(({ extensions }) => extensions?.code ?? 'no code');
  return [
    ...leaksIn(text, secrets).map((leak) => `it shows ${leak}`),
    ...indiscretionsIn(text, asking.document).map((found) => `it gives away ${found}`),
    ...(answer.status >= 500 ? [`status ${answer.status}`] : []),
    ...codes.filter((code) => /^(INTERNAL|GRAPHQL_|no code)/.test(code)),
  ];
}

async function expectNothing(place: number, who: number, numbers: readonly number[]) {
  const mayChange = place % WORLD_LASTS > WORLD_LASTS / 2;
  const caller = world.callers[who % world.callers.length] as Caller;
  const askingOf = (vocabulary: typeof foreign.real): Asking => {
    const words = { foreign: vocabulary, own: world.own, odd: ODD };
    const random = documentFrom(numbers, words, mayChange);
    const isNamed = (numbers[0] ?? 0) % 6 === 5;
    const id = vocabulary.nodes['Organization'] ?? '';
    const said = isNamed ? new Set([...random.said, id]) : random.said;
    const headers = {
      'x-request-id': 'the-same-each-time',
      ...(isNamed && { 'x-organization-id': id }),
    };
    return { ...random, said, caller, headers };
  };
  const [real, never] = [askingOf(foreign.real), askingOf(foreign.never)];
  coverage.meet(real.document, real.variables);
  tally.documents += 1;
  byRole[caller.role] = (byRole[caller.role] ?? 0) + 1;
  if (real.kind === 'mutation') keep([...real.said, ...never.said]);
  const { answers, difference } = await answersOf(real, never);
  const problems = answers.flatMap((answer) => problemsWith(answer, real));
  if (answers.some(({ errors }) => errors?.[0]?.extensions?.code === 'QUERY_TOO_COMPLEX')) {
    tally.refusedAsTooComplex += 1;
  }
  if (difference !== null) problems.push('it tells what exists', difference);
  if (real.kind === 'mutation' && (await stateOf(server, [tenantId])) !== stateBefore) {
    problems.push('the tenant is not as it was');
  }
  if (problems.length === 0) return;
  throw new Error(
    [
      ...[caller.role, real.document, JSON.stringify(real.variables), JSON.stringify(real.headers)],
      ...problems.map((problem) => problem.slice(0, 3000)),
      JSON.stringify(answers[0]).slice(0, 2000),
    ].join('\n'),
  );
}

const numbersOf = (longest: number) =>
  fc.array(fc.nat(0xffff), { minLength: 20, maxLength: longest, size: 'max' });

test('whatever the schema lets one ask, by whatever role, another tenant stays unseen and as it was', async () => {
  let place = 0;
  await fc.assert(
    fc.asyncProperty(fc.nat(1_000), numbersOf(240), async (who, numbers) => {
      if (place % WORLD_LASTS === 0) await nextWorld();
      place += 1;
      await expectNothing(place, who, numbers);
    }),
    parameters,
  );
  expect(await stateOf(server, [tenantId])).toBe(stateBefore);
  expect(tally.documents).toBeGreaterThanOrEqual(numRuns);
  expect(tally.comparedByOutcome / tally.documents).toBeLessThan(0.02);
  expect(tally.refusedAsTooComplex / tally.documents).toBeLessThan(0.05);
  if (isLong) expect(coverage.missing()).toEqual([]);
  figure('isolation fuzz', {
    ...{ seed, ...tally, byRole, coordinates: coverage.count, uncovered: coverage.missing() },
    ...{ leaks: 0, serverErrors: 0 },
  });
});

test('the tenant’s owner meets the canaries by the same documents: they do reach what they ask for', async () => {
  let shown = 0;
  const words = { foreign: foreign.real, own: foreign.real, odd: ODD };
  const documents = fc.sample(numbersOf(240), { numRuns: isLong ? 400 : 60, seed });
  for (const numbers of documents) {
    const { document, variables } = documentFrom(numbers, words, false);
    const answer = await owner(document, variables);
    if (leaksIn(told(answer, []), secrets).length > 0) shown += 1;
  }
  figure('documents that show the tenant to its owner', { shown, of: documents.length });
  expect(shown).toBeGreaterThan(documents.length / 6);
});

const PROBES: Readonly<Record<string, string>> = {
  node: 'query($id: ID!) { node(id: $id) { id } }',
  organization: 'query($id: ID!) { organization(id: $id) { name } }',
  auditLogs: 'query($id: ID!) { auditLogs(organizationId: $id, first: 1) { totalCount } }',
  update:
    'mutation($id: ID!) { updateOrganization(input: { organizationId: $id, name: "x" }) { __typename } }',
};

test.skipIf(!isLong)(
  'the time of an answer is printed for what is there and for what never was',
  async () => {
    const ids = [foreign.real, foreign.never].map(({ nodes }) => nodes['Organization'] ?? '');
    const medians: Record<string, readonly number[]> = {};
    for (const [name, document] of Object.entries(PROBES)) {
      const samples: number[][] = [[], []];
      for (let round = 0; round < 600; round += 1) {
        // In turns, and each first as often as the other.
        const which = (round + (round >> 1)) % 2;
        const startedAt = performance.now();
        await as('timer')(document, { id: ids[which] });
        samples[which]?.push(performance.now() - startedAt);
      }
      medians[name] = samples.map((all) => all.sort((a, b) => a - b)[all.length >> 1] ?? 0);
    }
    figure('median milliseconds, there and never', medians);
  },
);
