import { UnavailableError } from './errors.ts';

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
