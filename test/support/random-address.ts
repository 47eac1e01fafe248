import { choicesFrom } from './choices.ts';
import type { Vocabulary, Words } from './fuzz-words.ts';

/** A request to a door that is not GraphQL's. */
export interface RandomAddress {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** The words of another tenant in it. */
  readonly said: ReadonlySet<string>;
}

const PATHS = {
  GET: [
    ...['/api/organisations', '/api/organisation', '/api/audit-logs', '/api/audit-logs/export'],
    ...[
      '/tlog/ID/checkpoint',
      '/tlog/ID/tile/0/000.p/9',
      '/tlog/ID/tile/0/000',
      '/tlog/ID/tile/1/000',
    ],
  ],
  POST: ['/api/audit-logs'],
  PUT: ['/api/organisation'],
};

const PARAMETERS: Readonly<Record<string, keyof Vocabulary | readonly string[]>> = {
  ...{ organizationId: 'nodes', cursor: 'cursors', resourceUID: 'nodes', email: 'emails' },
  ...{ notEmail: 'emails', action: 'texts', search: 'texts', include: ['scheduling', 'cost'] },
  ...{ limit: ['1', '3'], page: ['1', '2'], format: ['csv', 'ndjson'], evidence: ['1', '0'] },
  ...{ snapshot: ['1', '9'], previousSize: ['1'], from: ['2000-01-01T00:00:00Z'] },
};

/** The request that a list of numbers decides on, saying these words; the same list, the same shape. */
export function addressFrom(numbers: readonly number[], { foreign, own }: Words): RandomAddress {
  const choices = choicesFrom(numbers);
  const said = new Set<string>();
  const word = (kind: keyof Vocabulary): string => {
    const isOwn = choices.onceIn(5);
    const all = Object.values((isOwn ? own : foreign)[kind]);
    const chosen = choices.oneOf(all);
    if (!isOwn) said.add(chosen);
    return chosen;
  };
  const valueFor = (name: string): string => {
    const kind = PARAMETERS[name] ?? [];
    if (name === 'organizationId') return organization();
    return typeof kind === 'string' ? word(kind) : choices.oneOf(kind as readonly string[]);
  };
  const organization = () => {
    const isOwn = choices.onceIn(5);
    const id = (isOwn ? own : foreign).nodes['Organization'] ?? '';
    if (!isOwn) said.add(id);
    return id;
  };
  const method = choices.oneOf(['GET', 'GET', 'GET', 'GET', 'POST', 'PUT'] as const);
  const path = choices.oneOf(PATHS[method]).replace('ID', () => organization());
  const names = Array.from(
    { length: path.startsWith('/api/audit-logs') && method === 'GET' ? choices.below(4) : 0 },
    () => choices.oneOf(Object.keys(PARAMETERS)),
  );
  const search = [...new Set(names)].map((name) => `${name}=${encodeURIComponent(valueFor(name))}`);
  const isNamed = !choices.onceIn(4);
  const body = {
    GET: null,
    POST: [{ scope: 'COST', action: 'other.recorded' }],
    PUT: { metadata: {} },
  }[method];
  return {
    ...{ method, path: search.length > 0 ? `${path}?${search.join('&')}` : path, said },
    body: body && JSON.stringify(body),
    headers: {
      ...(isNamed && { 'x-organization-id': organization() }),
      ...(body && { 'content-type': 'application/json' }),
    },
  };
}
