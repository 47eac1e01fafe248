import { readUntil } from '../database/read-until.ts';
import { UnavailableError } from '../kernel/errors.ts';

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

/**
 * What `work` gives, waited for at most `timeoutMs`; `work` itself goes on, and `giveUp` is told.
 * @throws UnavailableError it took longer
 */
export async function inTime<T>(
  work: PromiseLike<T>,
  timeoutMs: number,
  giveUp: (late: UnavailableError) => void = () => undefined,
): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const late = new UnavailableError(
      `The request took longer than ${timeoutMs} ms and was given up.`,
    );
    reject(late);
    giveUp(late);
  }, timeoutMs);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
