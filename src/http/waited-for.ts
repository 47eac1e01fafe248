import { readUntil } from '../database/read-until.ts';
import { UnavailableError } from '../kernel/errors.ts';
import { inTime } from '../kernel/in-time.ts';

/**
 * What `read` gives, waited for at most `timeoutMs` and while the client is there, which `gone` tells:
 * then it is given up, in the database too. `read` is told by its signal.
 * @throws UnavailableError it was given up
 */
export async function waitedFor<T>(
  gone: AbortSignal,
  timeoutMs: number,
  read: (end: AbortSignal) => T | PromiseLike<T>,
): Promise<T> {
  const end = new AbortController();
  const left = () => end.abort(new UnavailableError('The client went away.'));
  gone.addEventListener('abort', left, { once: true });
  if (gone.aborted) left();
  try {
    const work = readUntil(end.signal, async () => read(end.signal));
    return await inTime(work, timeoutMs, (late) => end.abort(late));
  } finally {
    gone.removeEventListener('abort', left);
  }
}
