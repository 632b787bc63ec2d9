/**
 * The items of several streams as they come. It ends when all have ended; when it is left early the streams are
 * closed. A stream that fails ends the whole.
 */
export async function* mergeStreams<T>(streams: readonly AsyncGenerator<T>[]): AsyncGenerator<T> {
  const waiting = new Map<AsyncGenerator<T>, Promise<Arrived<T>>>();
  for (const stream of streams) waiting.set(stream, next(stream));
  try {
    while (waiting.size > 0) {
      const { stream, result } = await Promise.race(waiting.values());
      if (result.done === true) {
        waiting.delete(stream);
        continue;
      }
      waiting.set(stream, next(stream));
      yield result.value;
    }
  } finally {
    // A stream that waits for its next line can't be closed before it comes: nobody waits for that.
    for (const [stream, pending] of waiting) {
      pending.catch(() => undefined);
      void stream.return(undefined).catch(() => undefined);
    }
  }
}

interface Arrived<T> {
  readonly stream: AsyncGenerator<T>;
  readonly result: IteratorResult<T>;
}

async function next<T>(stream: AsyncGenerator<T>): Promise<Arrived<T>> {
  return { stream, result: await stream.next() };
}
