import { inject } from 'vitest';
import { sqliteFile } from '../../src/database/database-url.ts';
import { holdLockOften } from './lock-holder.ts';
import { startProxy } from './tcp-proxy.ts';

/** How long each piece is on its way between the server and Postgres; the longer, around a blow. */
const [DELAY_MS, LONG_MS] = [15, 250];

/** A database by a slow way, so that an answer sent before its commit is seen to be a lie. */
export interface SlowWay {
  readonly url: string;
  /** Makes the way much slower for a moment. */
  slow(isSlow: boolean): void;
  close(): Promise<void>;
}

/** Postgres through a proxy that delays; SQLite beside somebody who often holds its lock. */
export async function slowWayTo(url: string): Promise<SlowWay> {
  if (inject('provider') === 'sqlite')
    return { url, slow: () => undefined, close: holdLockOften(sqliteFile(url)) };
  const through = new URL(url);
  const proxy = await startProxy(Number(through.port));
  proxy.delay(DELAY_MS);
  through.port = String(proxy.port);
  return {
    url: through.href,
    slow: (isSlow) => proxy.delay(isSlow ? LONG_MS : DELAY_MS),
    close: () => proxy.close(),
  };
}
