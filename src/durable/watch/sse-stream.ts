import { encodeRetry } from '../../protocol/sse.ts'
import type { Settings } from '../../settings.ts'
import type { Standing } from './frames.ts'
import type { Watcher, Watchers } from './watchers.ts'

export const sseHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
} as const

type Connection = {
  readonly standing: Standing | null
  readonly log: boolean
  readonly signal: AbortSignal
}

/**
 * One SSE connection as a watcher. Its first bytes go out at once, so that no proxy waits for
 * more; the stream's own count of unread bytes says when the reader lags.
 */
export function openSseStream(
  watchers: Watchers,
  { standing, log, signal }: Connection,
  { buffer_bytes, retry_ms }: Settings,
): ReadableStream<Uint8Array> {
  let watcher: Watcher | undefined
  const gone = (): void => {
    if (watcher !== undefined) watchers.remove(watcher)
  }
  const stream = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        controller.enqueue(new TextEncoder().encode(encodeRetry(jitter(retry_ms))))
        const sink = {
          hasRoom: () => (controller.desiredSize ?? 0) > 0,
          write: (bytes: Uint8Array) => {
            if (controller.desiredSize === null) return false
            controller.enqueue(bytes)
            return true
          },
          close: () => {
            if (controller.desiredSize !== null) controller.close()
          },
        }
        watcher = watchers.add(sink, { standing, log })
      },
      pull() {
        if (watcher !== undefined) watchers.drained(watcher)
      },
      cancel: gone,
    },
    new ByteLengthQueuingStrategy({ highWaterMark: buffer_bytes }),
  )
  if (signal.aborted) gone()
  else signal.addEventListener('abort', gone)
  return stream
}

/** Between half and one and a half, so that those who were cut off together don't return together. */
function jitter(ms: number): number {
  return ms * (0.5 + Math.random())
}
