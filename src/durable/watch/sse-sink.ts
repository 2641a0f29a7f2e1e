import { crowded } from '../../protocol/crowded.ts'
import { runDeleted } from '../../protocol/run-deleted.ts'
import { encodeEvent, encodeRetry, heartbeat } from '../../protocol/sse.ts'
import { tokenExpired } from '../../protocol/token-expired.ts'
import type { Settings } from '../../settings.ts'
import type { Frame } from './frame.ts'
import type { Refusal, Sink } from './sink.ts'
import type { Arrival, Watcher, WatcherRegistry } from './watchers.ts'

export const sseHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
} as const

const encoder = new TextEncoder()
const heartbeatBytes = encoder.encode(heartbeat)
const crowdedText = encodeEvent(crowded)
const deletedBytes = encoder.encode(encodeEvent(runDeleted))
const expiredBytes = encoder.encode(encodeEvent(tokenExpired))

type StreamOptions = Arrival & { readonly signal: AbortSignal }

/**
 * One SSE connection as a watcher. The first bytes go out at once, so that no proxy waits for more. The
 * stream's own count of unread bytes says when the reader lags.
 */
export function openSseStream(
  watchers: WatcherRegistry,
  { signal, ...arrival }: StreamOptions,
  { buffer_bytes, retry_ms }: Pick<Settings, 'buffer_bytes' | 'retry_ms'>,
): ReadableStream<Uint8Array> {
  let watcher: Watcher | undefined
  const gone = (): void => {
    if (watcher !== undefined) watchers.remove(watcher)
  }
  const stream = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        controller.enqueue(encoder.encode(encodeRetry(jitter(retry_ms))))
        watcher = watchers.add(new SseSink(controller), arrival)
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

class SseSink implements Sink {
  readonly needsPulse = true
  private readonly controller: ReadableStreamDefaultController<Uint8Array>

  constructor(controller: ReadableStreamDefaultController<Uint8Array>) {
    this.controller = controller
  }

  hasRoom(): boolean {
    return (this.controller.desiredSize ?? 0) > 0
  }

  write(frame: Frame): boolean {
    return this.send(frame.sse())
  }

  pulse(): boolean {
    return this.send(heartbeatBytes)
  }

  end(): void {
    this.close()
  }

  /** A close without a terminal status before it means that the client shall connect again (W-8). */
  cut(why?: Refusal): void {
    if (why === 'expired') this.send(expiredBytes)
    if (why === 'deleted') this.send(deletedBytes)
    this.close()
  }

  /** An EventSource comes back by itself after the pause. Another client may poll meanwhile. */
  turnAway(ask_again_ms: number): void {
    this.send(encoder.encode(encodeRetry(ask_again_ms) + crowdedText))
    this.close()
  }

  private send(bytes: Uint8Array): boolean {
    if (this.controller.desiredSize === null) return false
    this.controller.enqueue(bytes)
    return true
  }

  private close(): void {
    if (this.controller.desiredSize !== null) this.controller.close()
  }
}

/** Between half and one and a half times `ms`, so that clients that were cut off together do not return together. */
function jitter(ms: number): number {
  return ms * (0.5 + Math.random())
}
