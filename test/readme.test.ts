import { existsSync, readFileSync } from 'node:fs';
import { parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { readConfig } from '../src/config.ts';
import { VARIABLES } from '../src/config-variables.ts';
import { LARGEST_BATCH } from '../src/features/audit-log/record-audit-logs.ts';
import { DEMO_ORGANIZATION } from '../src/features/demo/prepare-demo.ts';
import { JSON_LIMITS } from '../src/http/json-body.ts';
import { EMAIL_CHARACTERS } from '../src/kernel/email.ts';
import { STORED_DEPTH } from '../src/kernel/json-value.ts';
import { SLUG_MAX_CHARACTERS, SLUG_MIN_CHARACTERS } from '../src/kernel/slug.ts';
import { NAME_GRAPHEMES } from '../src/kernel/text.ts';
import { schema } from '../src/schema.ts';
import { startServer } from './support/client.ts';
import { createOrganization } from './support/organizations.ts';

const README = readFileSync('README.md', 'utf8');

/** The text between a heading of the second level and the next. */
function section(heading: string): string {
  const [, body] = README.split(`\n## ${heading}\n`);
  if (body === undefined) throw new Error(`The README has no section ${heading}.`);
  return body.split('\n## ')[0] ?? '';
}

/** The first fenced block of a language. */
function firstBlock(language: string): string {
  const [, block] = new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 's').exec(README) ?? [];
  if (block === undefined) throw new Error(`The README has no ${language} block.`);
  return block;
}

/** Rows of a section's table, as the first two cells without their code marks. */
const rowsOf = (text: string): string[][] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').slice(1, 3))
    .map((cells) => cells.map((cell) => cell.trim().replace(/^`([^`]*)`$/, '$1')));

test('the configuration table has a row for every variable and for nothing else', () => {
  const rows = rowsOf(section('Configuration'));

  expect(rows.map(([name]) => name)).toEqual(Object.keys(VARIABLES));
});

test('the configuration table states every default number', () => {
  const stated = new Map(rowsOf(section('Configuration')).map(([name, value]) => [name, value]));

  for (const [name, { schema }] of Object.entries(VARIABLES)) {
    const standard = schema.parse(undefined);
    if (typeof standard === 'number')
      expect([name, stated.get(name)]).toEqual([name, `${standard}`]);
  }
});

/** Without what differs from one run to another. */
const masked = (answer: unknown): string =>
  JSON.stringify(answer)
    .replace(/"createdAt":"[^"]*"/g, '"createdAt":"…"')
    .replace(/"sequence":\d+/g, '"sequence":0');

test('the first screen shows what the server answers', async () => {
  const { as } = await startServer();
  await createOrganization(as('ada'), DEMO_ORGANIZATION);

  const { data } = await as('ada')(firstBlock('graphql'));

  expect(masked({ data })).toBe(masked(JSON.parse(firstBlock('json'))));
});

test('every GraphQL document in the README is valid', () => {
  const documents = README.split('```graphql\n').slice(1);
  expect(documents.length).toBeGreaterThan(2);
  for (const block of documents) {
    const document = parse(block.split('```')[0] ?? '');
    expect(validate(schema, document)).toEqual([]);
  }
});

test('the limits table states the limits that the code has', () => {
  const table = section('Limits');
  const { documentLimits: limits, costLimit, largestPageSize } = readConfig({});
  const stated = [
    ...[`${LARGEST_BATCH}`, `${costLimit} points`, `${JSON_LIMITS.maxDepth} levels`],
    ...[`${JSON_LIMITS.maxNodes} values`, `${limits.tokens} tokens`, `${limits.depth} levels`],
    ...[`${limits.aliases} aliases`, `${limits.directives} directives`, `${limits.fields} fields`],
    ...[`${limits.nesting} levels of brackets`, `| ${largestPageSize} by default`],
    ...[`${limits.repeats} times`, `metadata ${STORED_DEPTH} levels`, `${EMAIL_CHARACTERS} char`],
    ...[`${NAME_GRAPHEMES} characters as`, `${SLUG_MIN_CHARACTERS} to ${SLUG_MAX_CHARACTERS} of`],
  ];
  for (const limit of stated) expect(table.replaceAll(',', '')).toContain(limit);
});

test('every file that the README links to exists, and every npm script it names', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
  for (const [, link] of README.matchAll(/\]\(([^)#]+)\)/g)) {
    expect([link, existsSync(link ?? '')]).toEqual([link, true]);
  }
  for (const [, name] of README.matchAll(/npm run (?:--silent )?([\w:-]+)/g)) {
    expect(Object.keys(scripts)).toContain(name);
  }
});
