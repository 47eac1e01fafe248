import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { createKey, recordAll } from './support/bad-input.ts';
import { type Answer, type Data, dataOf, startServer } from './support/client.ts';
import {
  EVENT_TEXTS,
  entriesOf,
  forEach,
  NAUGHTY,
  refusalIn,
  type Verdict,
} from './support/naughty.ts';
import { createOrganization, record } from './support/organizations.ts';

const { as } = await startServer();
const ada = as('ada');

/** Thousands of calls, also on a machine that has other things to do. */
const TIMEOUT_MS = 120_000;

const verdicts: string[] = [];

/** Notes what was refused; what was not must be `kept`, one text for each, as it was. */
function judge(field: string, outcomes: readonly Verdict[], kept?: readonly Data[]): void {
  const accepted = outcomes.filter(({ refusal }) => refusal === null).map(({ text }) => text);
  if (kept) expect(kept).toEqual(accepted);
  verdicts.push(`# ${field}: ${accepted.length} of ${outcomes.length} kept`);
  const refused = Map.groupBy(outcomes, ({ refusal }) => refusal);
  for (const [refusal, group] of refused) {
    if (refusal === null) continue;
    const texts = group.map(({ text }) => JSON.stringify(text));
    const shown = texts.length > LISTED ? `${texts.length}, ${digestOf(texts)}` : texts.join(' ');
    verdicts.push(`${refusal} -> ${shown}`);
  }
}

/** Longer lists stand in the file by their digest alone. */
const LISTED = 12;

const digestOf = (texts: readonly string[]): string =>
  createHash('sha256').update(texts.join('\n')).digest('hex').slice(0, 16);

const CREATE =
  'mutation($input: CreateOrganizationInput!) { createOrganization(input: $input) { __typename ... on CreateOrganizationSuccess { organization { id } } ... on InvalidInputError { fields { path message } } } }';
const READ =
  'query($ids: [ID!]!) { nodes(ids: $ids) { ... on Organization { name slug metadata } ... on ApiKey { keyName: name } } }';

/** What stands under these ids, read anew. */
async function nodesOf(ids: readonly string[]): Promise<Data[]> {
  const pages = Array.from({ length: Math.ceil(ids.length / 100) }, (_, n) =>
    ids.slice(n * 100, n * 100 + 100),
  );
  const answers = await forEach(pages, (page) => ada(READ, { ids: page }));
  return answers.flatMap((answer) => dataOf(answer).nodes);
}

/** Creates one organization for each input; gives the answers and what was stored, in order. */
async function created(inputs: readonly object[]) {
  const answers = await forEach(inputs, (input) => ada(CREATE, { input }));
  const ids = answers.flatMap(
    ({ data }) => data?.createOrganization.organization?.id ?? ([] as string[]),
  );
  return { answers, stored: await nodesOf(ids) };
}

/** What became of each string in one field of the answers; `formOf` is how it is stored. */
const verdictsIn = (
  answers: readonly Answer[],
  field: string,
  formOf = (text: string): string => text,
): Verdict[] =>
  answers.map((answer, index) => ({
    text: formOf(NAUGHTY[index] ?? ''),
    refusal: refusalIn(answer, field),
  }));

const trimmed = (text: string): string => text.trim();

const metadataOf = (text: string) => ({ [text]: [text], [`key ${text}`]: text });

/** The text that metadata were made of, if they are as they were made. */
const textIn = (metadata: Data): string => {
  const text = Object.values(metadata).find((value) => typeof value === 'string') as string;
  expect(Object.entries(metadata).sort()).toEqual(Object.entries(metadataOf(text)).sort());
  return text;
};

test('slugs are kept, or refused', { timeout: TIMEOUT_MS }, async () => {
  const { answers, stored } = await created(NAUGHTY.map((slug) => ({ name: 'S', slug })));
  const slugs = stored.map(({ slug }) => slug);
  judge('createOrganization slug', verdictsIn(answers, 'slug'), slugs);
});

test('names of organizations are kept but for the white space around them, or refused; so are metadata', {
  timeout: TIMEOUT_MS,
}, async () => {
  const { answers, stored } = await created(
    NAUGHTY.map((text) => ({ name: text, metadata: metadataOf(text) })),
  );
  judgeBoth('createOrganization', answers, stored);
});

/** Judges calls that gave each string as a name and in the metadata: stored when both are right. */
function judgeBoth(mutation: string, answers: readonly Answer[], stored: readonly Data[]): void {
  const names = verdictsIn(answers, 'name', trimmed);
  const metadata = verdictsIn(answers, 'metadata');
  const kept = NAUGHTY.filter((_, index) => !names[index]?.refusal && !metadata[index]?.refusal);
  expect(stored.map(({ name }) => name)).toEqual(kept.map(trimmed));
  expect(stored.map((organization) => textIn(organization.metadata))).toEqual(kept);
  judge(`${mutation} name`, names);
  judge(`${mutation} metadata`, metadata);
}

const UPDATE =
  'mutation($id: ID!, $input: UpdateOrganizationInput!) { updateOrganization(input: $input) { __typename ... on UpdateOrganizationSuccess { query { organization(id: $id) { name metadata } } } ... on InvalidInputError { fields { path message } } } }';

test('a new name and new metadata of an organization are kept, or refused', {
  timeout: TIMEOUT_MS,
}, async () => {
  const { id } = await createOrganization(ada, { name: 'Changing' });
  const answers: Answer[] = [];
  for (const text of NAUGHTY) {
    const input = { organizationId: id, name: text, metadata: metadataOf(text) };
    answers.push(await ada(UPDATE, { id, input }));
  }
  const stored = answers.flatMap(({ data }) => data?.updateOrganization.query?.organization ?? []);
  judgeBoth('updateOrganization', answers, stored);
});

test('names of API keys are kept but for the white space around them, or refused', {
  timeout: TIMEOUT_MS,
}, async () => {
  const { id } = await createOrganization(ada, { name: 'Keys' });
  const answers = await forEach(NAUGHTY, (name) => {
    const call = createKey({ organizationId: id, name, permissions: ['auditLog:read'] }, '', /./);
    const document = call.document.replace(
      '... on InvalidInputError',
      '... on CreateApiKeySuccess { apiKey { id } } ... on InvalidInputError',
    );
    return ada(document, call.variables);
  });
  const ids = answers.flatMap(({ data }) => data?.createApiKey.apiKey?.id ?? ([] as string[]));
  const stored = await nodesOf(ids);
  judge(
    'createApiKey name',
    verdictsIn(answers, 'name', trimmed),
    stored.map(({ keyName }) => keyName),
  );
});

/** Records one event for each string, all in one call; gives what became of each. */
async function recorded(id: string, eventOf: (text: string, index: number) => object) {
  const events = NAUGHTY.map((text, index) => ({
    scope: 'COST',
    action: 'a.b',
    ...eventOf(text, index),
  }));
  const call = recordAll({ organizationId: id, events }, '', /./);
  const answer = await ada(call.document, call.variables);
  expect(answer.errors).toBeUndefined();
  const { receipts } = answer.data.recordAuditLogs;
  return NAUGHTY.map((text, index) => {
    const [error] = receipts[index].errors;
    return { text, refusal: error ? `${error.path.join('.')}: ${error.message}` : null };
  });
}

test.each(Object.entries(EVENT_TEXTS))(
  'an event’s %s is kept byte for byte, or its event is refused alone',
  async (field, [given, found]) => {
    const { id } = await createOrganization(ada, { name: 'Events' });
    const outcomes = await recorded(id, given);
    judge(`recordAuditLogs ${field}`, outcomes, (await entriesOf(ada, id)).map(found));
  },
);

test('an idempotency key is told from every other, or refused', async () => {
  const { id } = await createOrganization(ada, { name: 'Idempotency' });
  const outcomes = await recorded(id, (idempotencyKey) => ({ idempotencyKey }));
  const accepted = outcomes.filter(({ refusal }) => refusal === null);
  expect(await entriesOf(ada, id)).toHaveLength(accepted.length);
  const again = await record(
    ada,
    id,
    accepted.map(({ text }) => ({ scope: 'COST', action: 'a.b', idempotencyKey: text })),
  );
  expect(again).toMatchObject({ recordedCount: 0, duplicateCount: accepted.length });
  judge(
    'recordAuditLogs idempotencyKey',
    outcomes,
    accepted.map(({ text }) => text),
  );
});

const FIND =
  'query($id: ID!, $filter: AuditLogFilter!) { auditLogs(organizationId: $id, filter: $filter) { totalCount nodes { details resourceUID } } }';

/** Asks for entries by each string; gives the verdicts, and for each that was taken what was found. */
async function searched(id: string, filterOf: (text: string, index: number) => object) {
  const answers = await forEach(NAUGHTY, (text, index) =>
    ada(FIND, { id, filter: filterOf(text, index) }),
  );
  return answers.map((answer, index) => ({
    text: NAUGHTY[index] ?? '',
    refusal: refusalIn(answer),
    found: answer.data?.auditLogs as Data,
  }));
}

/** The middle third of a text, whole characters. */
const pieceOf = (text: string): string => {
  const characters = [...text];
  return characters.slice(characters.length / 3, (characters.length * 2) / 3 + 1).join('');
};

test.each([
  ['whole', (text: string) => text],
  ['by a piece of it', pieceOf],
])('details are found %s', async (how, wordsOf) => {
  const { id } = await createOrganization(ada, { name: 'Search' });
  await recorded(id, (text, index) => ({ details: text, resourceUID: `n${index}` }));
  const outcomes = await searched(id, (text, index) => ({
    search: wordsOf(text),
    resourceUIDs: [`n${index}`],
  }));
  judge(
    `search ${how}`,
    outcomes,
    outcomes.filter((o) => o.refusal === null).map(({ found }) => found.nodes[0]?.details),
  );
});

test('a resource is found by its own id alone', async () => {
  const { id } = await createOrganization(ada, { name: 'Resources' });
  const stored = await recorded(id, (resourceUID) => ({ resourceUID }));
  const outcomes = await searched(id, (text) => ({ resourceUIDs: [text] }));
  for (const [index, { refusal, found, text }] of outcomes.entries()) {
    const expected = stored[index]?.refusal === null ? [text] : [];
    if (refusal === null)
      expect(found.nodes.map((node: Data) => node.resourceUID)).toEqual(expected);
  }
  judge(
    'filter resourceUIDs',
    outcomes,
    outcomes.filter((o) => o.refusal === null).map(({ text }) => text),
  );
});

test.each([
  ['query($s: String!) { slugAvailable(slug: $s) }', 'slugAvailable'],
  ['query($s: String!) { organization(slug: $s) { slug } }', 'organization'],
  ['query($s: ID!) { node(id: $s) { id } }', 'node'],
  ['query($s: String!) { organizations(after: $s) { nodes { id } } }', 'organizations after'],
  ['query($s: ID!) { auditLogs(organizationId: $s) { nodes { id } } }', 'auditLogs organizationId'],
  [
    'query($s: [String!]!, $id: ID) { auditLogs(organizationId: $id, filter: { actions: $s, notActions: $s }) { nodes { id } } }',
    'filter actions',
  ],
  [
    'query($s: [EmailAddress!]!, $id: ID) { auditLogs(organizationId: $id, filter: { emails: $s, notEmails: $s }) { nodes { id } } }',
    'filter emails',
  ],
])('whatever text is asked with, an answer or a refusal comes: %s', async (document, field) => {
  const { id } = await createOrganization(ada, { name: 'Asked' });
  const answers = await forEach(NAUGHTY, (s) =>
    ada(document, document.includes('$id') ? { s, id } : { s }),
  );
  const outcomes = answers.map((answer, index) => ({
    text: NAUGHTY[index] ?? '',
    refusal: refusalIn(answer),
  }));
  verdicts.push(`# ${field}: ${outcomes.filter(({ refusal }) => refusal === null).length} taken`);
});

test('both databases refuse the same, by the same words', async () => {
  await expect(`${verdicts.join('\n')}\n`).toMatchFileSnapshot('./fixtures/naughty-verdicts.txt');
});
