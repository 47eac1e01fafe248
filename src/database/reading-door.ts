import type { PrismaClient } from '../generated/sqlite/client.ts';
import type { Reader } from './database.ts';
import { asUnavailable } from './unavailable.ts';

/** The models as a Reader, whose failures to reach the database are UnavailableErrors. */
export const readingDoor = (client: PrismaClient): Reader =>
  client.$extends({
    query: {
      $allOperations: async ({ args, query }) => {
        try {
          return await query(args);
        } catch (error) {
          throw asUnavailable(error);
        }
      },
    },
  }) as unknown as Reader;
