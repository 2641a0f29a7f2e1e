import { sideBySide } from './calls.ts'

type Lanes = {
  readonly at_once: number
  /** Aborts when the caller leaves. */
  readonly left: AbortSignal
}

/**
 * Answers with a line of JSON for each item, as soon as its work is done. A caller that reads slowly slows the work
 * down, and the work ends when the caller leaves.
 */
export function streamLines<T>(
  items: readonly T[],
  workOf: (signal: AbortSignal) => (item: T) => Promise<unknown>,
  { at_once, left }: Lanes,
): Response {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
  const writer = writable.getWriter()
  const stop = new AbortController()
  const work = workOf(AbortSignal.any([left, stop.signal]))
  const encoder = new TextEncoder()
  const lane = async (item: T): Promise<void> => {
    const line = JSON.stringify(await work(item))
    left.throwIfAborted()
    await writer.write(encoder.encode(`${line}\n`))
  }
  const end = (error?: unknown): void => stop.abort(error)
  // Both fail when the caller has left: then nobody is there to be told.
  writer.closed.catch(end)
  sideBySide(items, lane, at_once)
    .then(() => writer.close())
    .catch((error: unknown) => writer.abort(error))
    .catch(end)
  return new Response(readable, { headers: { 'content-type': 'application/x-ndjson' } })
}
