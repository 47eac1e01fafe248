import type { PrismaClient } from '../generated/sqlite/client.ts';
import type { Reader } from './database.ts';
import { endOfReading, readUntil } from './read-until.ts';
import { asUnavailable } from './unavailable.ts';

/**
 * The models as a Reader, whose failures to reach the database are UnavailableErrors. What `waits`
 * gives is waited for before each reading.
 */
export const readingDoor = (
  client: PrismaClient,
  waits: () => Promise<void> | undefined = () => undefined,
): Reader =>
  client.$extends({
    query: {
      $allOperations: async ({ operation, args, query }) => {
        await waits();
        endOfReading()?.throwIfAborted();
        try {
          // Prisma reads several callers' rows by key in one statement: it is nobody's to cancel.
          const end = operation.startsWith('findUnique') ? undefined : endOfReading();
          // Awaited within: Prisma's promises begin their work when they are.
          return await readUntil(end, async () => await query(args));
        } catch (error) {
          throw asUnavailable(error);
        }
      },
    },
  }) as unknown as Reader;
