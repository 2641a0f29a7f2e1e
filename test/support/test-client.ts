import { z } from 'zod'

import { cursorAfter } from '../../src/client/feed.ts'
import type { SubscriptionOptions } from '../../src/durable/watch/position.ts'
import { Crowded } from '../../src/protocol/crowded.ts'
import { parseCursor } from '../../src/protocol/cursor.ts'
import { RunEvent } from '../../src/protocol/events.ts'
import { fold, unwatched, type WatchedRun } from '../../src/protocol/fold.ts'
import { isTerminalRun } from '../../src/protocol/terminal.ts'
import { eventParser } from './event-parser.ts'
import type { Pipe } from './test-socket.ts'
import { type Picture, pictureOf } from './watched-picture.ts'

export type Transport = 'sse' | 'socket' | 'poll'

const Polled = z.object({ cursor: z.string(), events: z.array(RunEvent), done: z.boolean() })

/** A client that follows a run over any transport, and keeps what it has read. */
export class TestClient {
  state: WatchedRun = unwatched
  cursor: string | undefined
  /** The cursors that it has got so far. */
  readonly past: string[] = []
  /** True when it has read the end of the run. */
  sawEnd = false
  /** True when it was told once that there is no place for it. */
  crowded = false
  /** True while it reads nothing. */
  stalled = false
  /** Ends its connection. Undefined if it has none. */
  hangUp: (() => void) | undefined
  /** Distinguishes its present connection from earlier ones. */
  connection: AbortController | undefined
  pipe: Pipe | undefined
  readonly wanted: SubscriptionOptions
  private readonly check: (client: TestClient, event: RunEvent) => void
  private wake: (() => void) | undefined
  private endsHere = 0
  private lastSeq = -1

  constructor(wanted: SubscriptionOptions, check: (client: TestClient, event: RunEvent) => void) {
    this.wanted = wanted
    this.check = check
  }

  /** Starts a new connection. */
  begin(): void {
    this.endsHere = 0
    this.lastSeq = -1
    this.sawEnd = false
  }

  /** Reads a stream until it closes. */
  async stream(body: ReadableStream<Uint8Array>): Promise<void> {
    const reader = body.getReader()
    let open = true
    this.hangUp = () => {
      open = false
      this.hangUp = undefined
      void reader.cancel()
    }
    const parser = eventParser(
      (event) => this.take(event),
      () => {},
      () => (this.crowded = true),
    )
    const decoder = new TextDecoder()
    for (;;) {
      if (this.stalled) await new Promise<void>((resolve) => (this.wake = resolve))
      if (!open) return
      const { done, value } = await reader.read()
      if (done || !open) return
      parser.feed(decoder.decode(value, { stream: true }))
    }
  }

  /** Reads everything that has come over its socket, unless it is stalled. */
  readPipe(): void {
    if (this.stalled || this.pipe === undefined) return
    for (const text of this.pipe.unread.splice(0)) {
      const said: unknown = JSON.parse(text)
      if (Crowded.safeParse(said).success) this.crowded = true
      else this.take(RunEvent.parse(said))
    }
  }

  polled(body: unknown): void {
    const { cursor, events } = Polled.parse(body)
    for (const event of events) this.take(event)
    this.cursor = cursor
  }

  resume(): void {
    this.stalled = false
    this.wake?.()
    this.readPipe()
  }

  picture(): Picture {
    return pictureOf(this.state)
  }

  /** Says what is wrong with an event at this point. Returns undefined if nothing is wrong. */
  fault(event: RunEvent): string | undefined {
    const seq = parseCursor(event.id)?.seq
    if (this.endsHere > 1 || (this.endsHere === 1 && !isEnd(event)))
      return 'there is more after the end'
    if (seq !== undefined && seq < this.lastSeq) return `the cursor falls to ${event.id}`
    return undefined
  }

  private take(event: RunEvent): void {
    this.state = fold(this.state, event)
    if (isEnd(event)) {
      this.endsHere += 1
      this.sawEnd = true
    }
    this.cursor = cursorAfter(this.cursor, event)
    // The first page of a listing has replaced the state, so earlier cursors do not count any more.
    if (this.cursor === undefined) this.past.length = 0
    if (event.id !== undefined) this.past.push(event.id)
    this.check(this, event)
    this.lastSeq = parseCursor(event.id)?.seq ?? this.lastSeq
  }
}

export function isEnd(event: RunEvent): boolean {
  return event.event === 'status' && isTerminalRun(event.data)
}
