import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { emailOf } from './read-data.ts';
import type { Target } from './read-load.ts';
import { benchToken, SECRET } from './read-token.ts';

/** One page's filter, as every server is asked for it; all of the largest organization. */
export interface Asked {
  readonly action?: string;
  readonly email?: string;
  readonly scope?: string;
}

/** The mix: the plain page, a common and a rare action, two people, a scope, and two together. */
export const MIX: readonly Asked[] = [
  {},
  { action: 'schedule.updated' },
  { action: 'secret.deleted' },
  { email: emailOf(0) },
  { email: emailOf(500) },
  { scope: 'COST' },
  { scope: 'SCHEDULING' },
  { email: emailOf(1), action: 'budget.updated' },
];

/** A row as every server gives it, in one form. */
export type Row = readonly (string | number | null)[];

/** A server that is measured. */
export interface Peer {
  readonly name: string;
  /** Pages of the log. */
  readonly target: Target;
  /** The organization by its id; null where the server has no such query. */
  readonly byId: Target | null;
  /** Its rows in an answer. @throws Error the answer holds errors */
  readonly rows: (answer: string) => Row[];
  readonly end: () => Promise<void>;
}

interface Setting {
  readonly provider: 'sqlite' | 'postgresql';
  readonly url: string;
  /** The database of all but the product. */
  readonly peersUrl: string;
  readonly largest: string;
  readonly ledgerId: number;
}

/** Starts the product and its peers on that kind of database, each in a process of its own. */
export async function startPeers(setting: Setting): Promise<Peer[]> {
  const { ledgerId } = setting;
  const byHand = graphql(BY_HAND, (asked) => ({ ledgerId, ...asked }));
  const orgtrail = await startOrgtrail(setting);
  const { peersUrl } = setting;
  const bare = {
    body: (asked: Asked) => JSON.stringify({ ledgerId, ...asked }),
    listIn: (data: Data) => data,
  };
  if (setting.provider === 'sqlite') {
    return [
      orgtrail,
      await started(peersUrl, 'bare node:http + better-sqlite3', 'bare-sqlite.js', bare),
    ];
  }
  return [
    orgtrail,
    await started(peersUrl, 'bare node:http + pg', 'bare.js', bare),
    await started(peersUrl, 'PostGraphile 5', 'postgraphile.js', {
      body: graphql(POSTGRAPHILE, (asked) => ({ condition: { ledgerId, ...asked } })),
      listIn: (data) => data.allAuditLogs.nodes,
      byId: {
        query: `query One($id: String!) { organizationByRowId(rowId: $id) { ${ORGANIZATION} } }`,
        variables: { id: setting.largest },
      },
    }),
    await started(peersUrl, 'Mercurius (JIT) + pg', 'mercurius.js', {
      body: byHand,
      listIn: (data) => data.auditLogs,
    }),
    await started(peersUrl, 'Apollo 5 + Prisma', 'apollo.js', {
      body: byHand,
      listIn: (data) => data.auditLogs,
    }),
  ];
}

/** Starts the product alone; `heap` = 'unset' leaves V8 its own settings. */
export async function startOrgtrail(
  { url, largest }: Pick<Setting, 'url' | 'largest'>,
  heap: 'set' | 'unset' = 'set',
): Promise<Peer> {
  const speech = {
    headers: { authorization: `Bearer ${await benchToken()}` },
    body: graphql(ORGTRAIL, ({ action, email, scope }) => ({
      id: largest,
      filter: {
        actions: action && [action],
        emails: email && [email],
        scopes: scope && [scope],
      },
    })),
    listIn: (data: Data) => data.auditLogs.nodes,
    byId: {
      query: `query One($id: ID!) { organization(id: $id) { ${ORGANIZATION} } }`,
      variables: { id: largest },
    },
  };
  return started(url, 'Orgtrail', 'orgtrail.ts', speech, heap);
}

const graphql = (query: string, variables: (asked: Asked) => object) => (asked: Asked) =>
  JSON.stringify({ query, variables: variables(asked) });

const FIELDS = 'sequence scope action email';

const ORGTRAIL = `query Page($id: ID!, $filter: AuditLogFilter) { auditLogs(organizationId: $id, filter: $filter, first: 50) { nodes { ${FIELDS} resourceUID details createdAt } } }`;
const BY_HAND = `query Page($ledgerId: Int!, $action: String, $email: String, $scope: String) { auditLogs(ledgerId: $ledgerId, action: $action, email: $email, scope: $scope) { ${FIELDS} resourceUID details createdAtMs } }`;
const POSTGRAPHILE = `query Page($condition: AuditLogCondition!) { allAuditLogs(condition: $condition, orderBy: [CREATED_AT_MS_DESC, SEQUENCE_DESC], first: 50) { nodes { ${FIELDS} resourceUid details createdAtMs } } }`;

const ORGANIZATION = 'name slug createdAt';

// biome-ignore lint/suspicious/noExplicitAny: the data of five servers has five shapes
type Data = any;

interface Speech {
  readonly headers?: Record<string, string>;
  readonly body: (asked: Asked) => string;
  readonly listIn: (data: Data) => Data[];
  readonly byId?: object;
}

async function started(
  url: string,
  name: string,
  file: string,
  { headers = {}, body, listIn, byId }: Speech,
  ...words: string[]
): Promise<Peer> {
  const child = fork(path.join(import.meta.dirname, 'peers', file), [url, SECRET, ...words], {
    execArgv: [],
  });
  const port = await portOf(child);
  const target = { port, pid: child.pid ?? 0, headers, bodies: MIX.map(body) };
  return {
    name,
    target,
    byId: byId ? { ...target, bodies: [JSON.stringify(byId)] } : null,
    rows: (answer) => {
      const { data, errors } = JSON.parse(answer) as { data: Data; errors?: unknown };
      if (errors) throw new Error(`${name}: ${JSON.stringify(errors).slice(0, 500)}`);
      return listIn(data).map(rowOf);
    },
    end: async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

async function portOf(child: ChildProcess): Promise<number> {
  const ended = once(child, 'exit').then((): never => {
    throw new Error('A server ended: are its packages installed (npm ci in bench)?');
  });
  ended.catch(() => undefined);
  const [{ port }] = await Promise.race([once(child, 'message'), ended]);
  return port;
}

const rowOf = (row: Data): Row => [
  ...[Number(row.sequence), row.scope, row.action, row.email],
  ...[row.resourceUID ?? row.resourceUid, row.details],
  row.createdAt ? Date.parse(row.createdAt) : Number(row.createdAtMs),
];
