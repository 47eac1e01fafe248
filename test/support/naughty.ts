import { readFileSync } from 'node:fs';
import { problemsIn } from './bad-input.ts';
import type { Answer, Client, Data } from './client.ts';
import { dataOf } from './client.ts';

/** The Big List of Naughty Strings, and some that JavaScript and databases stumble over. */
export const NAUGHTY: readonly string[] = unique([
  ...(JSON.parse(readFileSync('test/fixtures/naughty-strings.json', 'utf8')) as string[]),
  ...['__proto__', 'constructor', 'toString', '\ufeffx', '\ue000', '\u{10FFFF}', '\uffff'],
  ...['\u0000', 'a\u0000b', '\ud800', 'x\udc00', '\udc00\ud800'],
]);

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

/** What became of a string: kept as it was, or refused, with the field and the rule. */
export interface Verdict {
  readonly text: string;
  readonly refusal: string | null;
}

/** Runs `work` for each, a few at a time; results in order. */
export async function forEach<T, R>(
  items: readonly T[],
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const queue = [...items.entries()];
  const worker = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      results[next[0]] = await work(next[1], next[0]);
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  return results;
}

/** The refusal of a field (or of any) in an answer, or null. @throws Error any failure that is ours */
export function refusalIn(answer: Answer, field = ''): string | null {
  if (answer.status >= 500) throw new Error(`Status ${answer.status}.`);
  const strange = answer.errors?.find(({ extensions }) => extensions?.code !== 'BAD_USER_INPUT');
  if (strange) throw new Error(JSON.stringify(strange));
  const problem = problemsIn(answer).find(({ at }) => at.startsWith(field));
  return problem ? `${problem.at}: ${problem.message}` : null;
}

const ENTRIES =
  'query($id: ID!, $after: String) { auditLogs(organizationId: $id, first: 100, after: $after, filter: { scopes: [COST] }, orderBy: { field: SEQUENCE, direction: ASC }) { pageInfo { hasNextPage endCursor } nodes { action email resourceType resourceUID details userAgent ip metadata changes { path from to } actor { id name } } } }';

/** Every recorded event of an organization in the order of recording, read anew. */
export async function entriesOf(client: Client, id: string): Promise<Data[]> {
  const entries: Data[] = [];
  for (let after: string | null = null, more = true; more; ) {
    const { auditLogs }: Data = dataOf(await client(ENTRIES, { id, after }));
    entries.push(...auditLogs.nodes);
    after = auditLogs.pageInfo.endCursor;
    more = auditLogs.pageInfo.hasNextPage;
  }
  return entries;
}

/** Every text of an event: how it is given, and how it is found in the entry. */
export const EVENT_TEXTS: Record<
  string,
  readonly [given: (text: string) => object, found: (entry: Data) => Data]
> = {
  action: [(action) => ({ action }), ({ action }) => action],
  details: [(details) => ({ details }), ({ details }) => details],
  resourceType: [(resourceType) => ({ resourceType }), ({ resourceType }) => resourceType],
  resourceUID: [(resourceUID) => ({ resourceUID }), ({ resourceUID }) => resourceUID],
  userAgent: [(userAgent) => ({ userAgent }), ({ userAgent }) => userAgent],
  'actor.id': [(id) => ({ actor: { type: 'SERVICE', id } }), ({ actor }) => actor.id],
  'actor.name': [(name) => ({ actor: { type: 'SERVICE', name } }), ({ actor }) => actor.name],
  email: [(email) => ({ email }), ({ email }) => email],
  ip: [(ip) => ({ ip }), ({ ip }) => ip],
  'metadata value': [(text) => ({ metadata: { a: [text] } }), ({ metadata }) => metadata.a[0]],
  'metadata key': [
    (text) => ({ metadata: { [text]: 1 } }),
    ({ metadata }) => Object.keys(metadata)[0],
  ],
  'changes path': [(path) => ({ changes: [{ path }] }), ({ changes }) => changes[0].path],
  'changes from': [
    (from) => ({ changes: [{ path: 'p', from }] }),
    ({ changes }) => changes[0].from,
  ],
  'changes to': [
    (text) => ({ changes: [{ path: 'p', to: { [text]: text } }] }),
    ({ changes }) => Object.values(changes[0].to)[0],
  ],
};
