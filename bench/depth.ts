/**
 * What a page costs by its depth in the largest log, and what its `totalCount` adds, asked of the
 * server itself: `npm run bench:depth`; `-- --rows 200000 --keep /tmp/data --only sqlite` for less.
 */
import process from 'node:process';
import { pino } from 'pino';
import { readConfig } from '../src/config.ts';
import { withKeySource } from '../src/config-development.ts';
import { openDatabase } from '../src/database/open.ts';
import { encodeCursor } from '../src/features/audit-log/cursor.ts';
import type { AuditLogFilter } from '../src/features/audit-log/filter.ts';
import { openSigner } from '../src/features/checkpoint/signer.ts';
import { systemClock } from '../src/kernel/clock.ts';
import { deriveBehind } from '../src/ledger/derivations.ts';
import { createServer } from '../src/server.ts';
import { emailOf } from './read-data.ts';
import { onReadingDatabases, type ReadingSetting, readingOptions } from './read-setting.ts';
import { benchToken, SECRET } from './read-token.ts';
import { benchSession, median } from './record-setting.ts';

const REPEATS = 300;
const DEPTHS = [0, 0.02, 0.2, 0.8];

const COUNTED: Record<string, AuditLogFilter> = {
  'no filter': {},
  'an action': { actions: ['schedule.updated'] },
  'a scope': { scopes: ['COST'] },
  'a busy person': { emails: [emailOf(0)] },
  'a rare person': { emails: [emailOf(1_900)] },
  'what was denied': { outcomes: ['DENIED'] },
};

const PAGE_FIELDS = 'nodes { sequence scope action email resourceUID details createdAt }';
const queryOf = (fields: string): string =>
  `query Page($id: ID!, $after: String, $filter: AuditLogFilter) { auditLogs(organizationId: $id, filter: $filter, after: $after, first: 50) { ${fields} } }`;
const PAGE = queryOf(PAGE_FIELDS);
const COUNTED_PAGE = queryOf(`totalCount ${PAGE_FIELDS}`);

await onReadingDatabases(readingOptions(), async (provider, setting) => {
  const server = await openServer(setting);
  try {
    const cursors = await Promise.all(DEPTHS.map((part) => server.cursorAt(part)));
    const depths = await timed(
      cursors.map(
        ({ after }) =>
          () =>
            server.ask(PAGE, { after }),
      ),
    );
    print(
      `${provider}: a page by its depth`,
      cursors.map(({ depth }, at) => ratio(`row ${depth}`, depths[at], depths[0])),
    );
    const counted = [];
    for (const [name, filter] of Object.entries(COUNTED)) {
      const queries = [PAGE, COUNTED_PAGE].map((text) => () => server.ask(text, { filter }));
      const [page, whole] = await timed(queries);
      counted.push(ratio(name, whole, page));
    }
    print(`${provider}: a page with totalCount, to the same without`, counted);
  } finally {
    await server.close();
  }
});

function ratio(name: string, ms = Number.NaN, ofMs = Number.NaN): string {
  return `| ${name} | ${ms.toFixed(2)} | ${(ms / ofMs).toFixed(2)} |`;
}

function print(title: string, lines: readonly string[]): void {
  process.stdout.write(`\n${title}\n\n| | ms | ratio |\n|---|---|---|\n${lines.join('\n')}\n`);
}

/** The median of each, taken in turns. */
async function timed(asks: readonly (() => Promise<void>)[]): Promise<number[]> {
  const times = asks.map((): number[] => []);
  for (let repeat = 0; repeat < REPEATS; repeat += 1) {
    for (const [at, ask] of asks.entries()) {
      const startedAt = performance.now();
      await ask();
      times[at]?.push(performance.now() - startedAt);
    }
  }
  return times.map(median);
}

/** The server on the data set, without a port. */
async function openServer({ url, largest, ledgerId }: ReadingSetting) {
  const config = withKeySource(
    readConfig({ JWT_SECRET: SECRET, NODE_ENV: 'production', RATE_LIMIT: 'off' }),
  );
  const database = await openDatabase(url);
  // As in a server that has run for a while.
  while (await deriveBehind(await benchSession(database)));
  const server = createServer({
    ...{ config, database, clock: systemClock },
    log: pino({ level: 'silent' }),
    signer: openSigner(config),
  });
  const headers = {
    authorization: `Bearer ${await benchToken()}`,
    'content-type': 'application/json',
  };
  return {
    async ask(query: string, variables: object): Promise<void> {
      const body = JSON.stringify({ query, variables: { id: largest, ...variables } });
      const request = new Request('http://localhost/graphql', { method: 'POST', headers, body });
      const answer = await (await server.fetch(request)).json();
      if (answer.errors) throw new Error(JSON.stringify(answer.errors).slice(0, 500));
    },
    /** The cursor after a part of the log, newest first. */
    async cursorAt(part: number): Promise<{ depth: number; after: string | null }> {
      const [{ size = 0 } = {}] = await database.select<{ size: number }>(
        'SELECT "size" FROM "Ledger" WHERE "id" = $1',
        [ledgerId],
      );
      const depth = Math.floor(size * part);
      if (depth === 0) return { depth, after: null };
      const [row] = await database.select<{ createdAtMs: number; sequence: number }>(
        'SELECT "createdAtMs", "sequence" FROM "AuditLog" WHERE "ledgerId" = $1 ORDER BY "ledgerId", "createdAtMs" DESC, "sequence" DESC LIMIT 1 OFFSET $2',
        [ledgerId, depth - 1],
      );
      return { depth, after: row ? encodeCursor({ ...row, asOf: null }) : null };
    },
    async close(): Promise<void> {
      await server.close();
      await database.close();
    },
  };
}
