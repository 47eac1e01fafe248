import { PrismaClient } from '../generated/sqlite/client.ts';
import { openBatches } from './batch-sqlite.ts';
import type { Database } from './database.ts';
import { sqliteFile } from './database-url.ts';
import { type OpenOptions, TRANSACTION_OPTIONS } from './open-options.ts';
import { othersTurn } from './others-turn.ts';
import { readingDoor } from './reading-door.ts';
import { scrubSqlite } from './scrub.ts';
import { openSelection } from './select-sqlite.ts';
import { sqliteAdapter } from './sqlite-adapter.ts';
import { prepareFile } from './sqlite-settings.ts';
import { asUnavailable, withRetries } from './unavailable.ts';

/**
 * Opens a SQLite file four times: Prisma's adapter shares one connection between a transaction and
 * everything beside it, so the writer runs nothing but transactions; batches and readers have their own.
 */
export async function openSqlite(url: string, options: OpenOptions): Promise<Database> {
  const file = sqliteFile(url);
  prepareFile(file);
  const writer = new PrismaClient({
    adapter: sqliteAdapter(file, false),
    transactionOptions: TRANSACTION_OPTIONS,
    errorFormat: 'minimal',
  });
  const reader = openReader(file, options);
  await writer.$connect();
  await reader.$connect();
  const selection = await openSelection(file, options.onQuery);
  const batches = await openBatches(file);
  return {
    provider: 'sqlite',
    read: readingDoor(reader, othersTurn),
    select: selection.select,
    replica: null,
    write: (work) => withRetries(() => writer.$transaction(work)),
    batches,
    scrub: () => scrubSqlite(file),
    ping: async () => {
      await selection.select('SELECT 1', []);
      await writer.$queryRaw`SELECT 1`.catch((error) => {
        throw asUnavailable(error);
      });
    },
    close: async () => {
      await reader.$disconnect();
      selection.close();
      batches.close();
      await writer.$disconnect();
    },
  };
}

function openReader(file: string, { onQuery }: OpenOptions): PrismaClient {
  const adapter = sqliteAdapter(file, true);
  if (!onQuery) return new PrismaClient({ adapter, errorFormat: 'minimal' });
  const client = new PrismaClient({
    adapter,
    errorFormat: 'minimal',
    log: [{ emit: 'event', level: 'query' }],
  });
  client.$on('query', ({ query }) => onQuery(query));
  return client;
}
