/** A process of its own: serves, or records for a while, as its parent says. */
import process from 'node:process';
import { pino } from 'pino';
import { readConfig } from '../src/config.ts';
import { withKeySource } from '../src/config-development.ts';
import { openDatabase } from '../src/database/open.ts';
import { recordAuditLogs } from '../src/features/audit-log/record-audit-logs.ts';
import { openSigner } from '../src/features/checkpoint/signer.ts';
import { keepHeapSmall } from '../src/heap.ts';
import { listen } from '../src/http/listen.ts';
import { systemClock } from '../src/kernel/clock.ts';
import type { OrganizationId } from '../src/kernel/ids.ts';
import { createServer } from '../src/server.ts';
import { benchSession, EVENT, rateOf } from './record-setting.ts';

/** What the parent asks for. */
export type Order =
  | { readonly kind: 'serve'; readonly url: string; readonly secret: string }
  | { readonly kind: 'memory' }
  | {
      readonly kind: 'record';
      readonly url: string;
      readonly organizations: readonly OrganizationId[];
      readonly callers: number;
      readonly eventsPerCall: number;
      readonly durationMs: number;
    };

/** What the worker answers: a port, bytes of memory, or calls a second. */
export interface Answer {
  readonly value: number;
}

async function obey(order: Order): Promise<number> {
  switch (order.kind) {
    case 'serve':
      return serve(order);
    case 'memory':
      return process.memoryUsage.rss();
    case 'record':
      return record(order);
  }
}

async function serve({ url, secret }: Extract<Order, { kind: 'serve' }>): Promise<number> {
  keepHeapSmall();
  const database = await openDatabase(url);
  const config = withKeySource(
    readConfig({ JWT_SECRET: secret, NODE_ENV: 'production', RATE_LIMIT: 'off' }),
  );
  const log = pino({ level: 'silent' });
  const server = createServer({
    config,
    database,
    clock: systemClock,
    log,
    signer: openSigner(config),
  });
  return (await listen(server, { port: 0, host: '127.0.0.1' })).port;
}

async function record({
  url,
  organizations,
  eventsPerCall,
  ...load
}: Extract<Order, { kind: 'record' }>): Promise<number> {
  const database = await openDatabase(url);
  const session = await benchSession(database);
  const events = Array.from({ length: eventsPerCall }, () => EVENT);
  const call = (n: number) => {
    const id = organizations[n % organizations.length];
    return id
      ? recordAuditLogs(session, id, events)
      : Promise.reject(new Error('No organization.'));
  };
  await rateOf(call, { ...load, durationMs: load.durationMs / 4 });
  const rate = await rateOf(call, load);
  await database.close();
  return rate;
}

process.on('message', (order: Order) => {
  obey(order).then(
    (value) => process.send?.({ value } satisfies Answer),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    },
  );
});
