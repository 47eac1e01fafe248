import { expect, test } from 'vitest';
import { codesOf, dataOf, startServer } from './support/client.ts';
import { createOrganization } from './support/organizations.ts';

const TIMEOUT_MS = 2_000;
/** How much longer each statement takes: a few of them are too much, and all are far too much. */
const SLOW_MS = 500;

const statements: string[] = [];
let isSlow = false;
const { as } = await startServer({
  env: { REQUEST_TIMEOUT_MS: String(TIMEOUT_MS) },
  onQuery: (text) => {
    statements.push(text);
    // As a slow disk would: on SQLite the process itself stands still.
    if (isSlow) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, SLOW_MS);
  },
});
const ada = as('ada');
const { id } = await createOrganization(ada, { name: 'Slow' });

/** What is read in many statements. */
const DEEP = `query Deep($id: ID!) { organization(id: $id) {
  auditLogs { totalCount nodes { sequence } } members { nodes { user { email } } }
  teams { totalCount nodes { name } } apiKeys { totalCount nodes { name } }
} }`;

test.each([
  ['comes for the first time', 0],
  ['came before', 3],
])(
  'a query that %s is given up after its time-out, and nothing more is read for it',
  async (_, times) => {
    const document = `${DEEP} # after ${times}`;
    for (let time = 0; time < times; time += 1) dataOf(await ada(document, { id }));
    statements.length = 0;
    dataOf(await ada(document.replace('Deep', 'Whole'), { id }));
    const wholeCount = statements.length;
    statements.length = 0;
    isSlow = true;
    const answer = await ada(document, { id });
    isSlow = false;
    expect([answer.status, codesOf(answer)]).toEqual([503, ['UNAVAILABLE']]);
    expect(answer.errors?.[0]?.message).toContain(`${TIMEOUT_MS} ms`);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    dataOf(await ada('{ __typename }'));
    expect(statements.length).toBeLessThan(wholeCount);
    dataOf(await ada(document, { id }));
  },
);
