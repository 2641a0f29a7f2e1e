/**
 * Runs a producer, and yields each item that it puts. The producer waits until the item before was taken, so that at
 * most two items are held. A reader that leaves early ends the producer's next put with an error.
 */
export async function* putsOf<T>(
  produce: (put: (item: T) => Promise<void>) => Promise<void>,
): AsyncGenerator<T> {
  const { readable, writable } = new TransformStream<T, T>()
  const writer = writable.getWriter()
  const produced = produce((item) => writer.write(item)).then(
    () => writer.close(),
    (error: unknown) => writer.abort(error),
  )
  // The reader meets the producer's error in the stream. A reader that left needs none.
  produced.catch(() => undefined)
  for await (const item of readable) yield item
}
