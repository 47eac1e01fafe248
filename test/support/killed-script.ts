import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';

/** A process that runs a script, killed at most `restMs` after it has begun, which `begun` waits for. */
export async function killedAmid(
  script: string,
  words: readonly string[],
  begun: (stdout: Readable) => Promise<unknown>,
  restMs = 20,
): Promise<void> {
  const child = spawn(process.execPath, ['-e', script, '--', ...words], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const closed = once(child, 'close');
  await begun(child.stdout);
  child.stdout.resume();
  await sleep(Math.random() * restMs);
  child.kill('SIGKILL');
  const [, signal] = await closed;
  expect(signal, 'it was killed, and had not ended by itself').toBe('SIGKILL');
}

/** Waits until there is more than there is now. */
export async function growthOf(count: () => Promise<number>): Promise<() => Promise<void>> {
  const before = await count();
  return () => expect.poll(count, { interval: 5, timeout: 20_000 }).toBeGreaterThan(before);
}
