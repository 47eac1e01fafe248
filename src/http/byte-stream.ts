/**
 * A body of the bytes that a generator makes, each part made only when the last was taken. When the
 * client goes away, which either the body's reader or `gone` tells, the generator is ended at once.
 * `ended` is called once it has ended, with the error that ended it, if there was one.
 */
export function byteStream(
  source: AsyncGenerator<Uint8Array>,
  gone: AbortSignal,
  ended: (error?: unknown) => void,
): ReadableStream<Uint8Array> {
  const giveUp = (): Promise<void> => source.return(undefined).then(() => ended(), ended);
  gone.addEventListener('abort', giveUp, { once: true });
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await source.next();
          if (!done) return controller.enqueue(value);
          controller.close();
          ended();
        } catch (error) {
          controller.error(error);
          ended(error);
        }
      },
      cancel: giveUp,
    },
    { highWaterMark: 1 },
  );
}
