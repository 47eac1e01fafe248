import type { Database } from '../../database/database.ts';
import { type Clock, MINUTE_MS } from '../../kernel/clock.ts';
import type { ApiKeyId } from '../../kernel/ids.ts';
import { unrecordedBeforeSession } from '../../ledger/unrecorded.ts';

/** Notes when keys were last used. */
export interface KeyUse {
  /** Returns at once; the request that used the key does not wait for the note. */
  used(id: ApiKeyId): void;
  /** Resolves when what was noted is written. */
  close(): Promise<void>;
}

/** Keys remembered before those written longest ago are forgotten. */
const MOST_REMEMBERED = 10_000;

/**
 * Writes a key's last use at most once a minute, by however many processes it is used, many keys in
 * one transaction and one such at a time. A failure is told to `failed` and the next use tries again.
 */
export function openKeyUse(
  database: Database,
  clock: Clock,
  failed: (error: unknown) => void,
): KeyUse {
  const notedAt = new Map<ApiKeyId, number>();
  const waiting = new Map<ApiKeyId, Date>();
  let writing: Promise<void> | null = null;

  async function write(): Promise<void> {
    // Not in the request's own turn of the event loop.
    await new Promise(setImmediate);
    while (waiting.size > 0) {
      const uses = [...waiting];
      waiting.clear();
      await storeUses(database, uses).catch((error: unknown) => {
        for (const [id] of uses) notedAt.delete(id);
        failed(error);
      });
    }
    writing = null;
  }

  return {
    used(id) {
      const now = clock();
      if (now.getTime() - (notedAt.get(id) ?? Number.NEGATIVE_INFINITY) < MINUTE_MS) return;
      notedAt.delete(id);
      notedAt.set(id, now.getTime());
      if (notedAt.size > MOST_REMEMBERED) notedAt.delete(notedAt.keys().next().value ?? id);
      waiting.set(id, now);
      writing ??= write();
    },
    async close() {
      await writing;
    },
  };
}

/** Only where no other process did so in the minute before. */
const storeUses = (database: Database, uses: readonly (readonly [ApiKeyId, Date])[]) =>
  unrecordedBeforeSession(database, 'the last use of a credential', async (transaction) => {
    for (const [id, at] of uses) {
      const aMinuteAgo = new Date(at.getTime() - MINUTE_MS);
      await transaction.apiKey.updateMany({
        where: { id, OR: [{ lastUsedAt: null }, { lastUsedAt: { lte: aMinuteAgo } }] },
        data: { lastUsedAt: at },
      });
    }
  });
