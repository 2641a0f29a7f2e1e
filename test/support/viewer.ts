import { vi } from 'vitest'

import type { Connect, ConnectionItem, ConnectOptions } from '../../src/client/connection.ts'
import { ApiError } from '../../src/client/errors.ts'
import type { Feed, FeedItem, Transport } from '../../src/client/feed.ts'
import { runFeed } from '../../src/client/run-feed.ts'
import { wait } from '../../src/client/timer.ts'
import { timingWith } from '../../src/client/timing.ts'
import type { RunEvent } from '../../src/protocol/events.ts'
import { ScriptedRun } from './scripted-run.ts'

const LAST = 12

/** The run of all acts. */
export const run = new ScriptedRun(LAST)

/**
 * The script of one connection. The nth connection of a transport follows the nth act; later ones follow
 * the last.
 */
export type Act = (options: ConnectOptions) => AsyncGenerator<ConnectionItem, void>

/** Brings nothing, like a proxy that holds an answer back until it is complete. */
export const held: Act = async function* ({ signal }) {
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve())
  })
  signal.throwIfAborted()
  yield* []
}

/** After a time, brings the events from its cursor up to a seq. Stays open unless that is the end. */
export function tells(to: number, after_ms = 0): Act {
  return async function* (options) {
    await wait(after_ms, options.signal)
    options.signal.throwIfAborted()
    yield* run.since(options.cursor, to)
    if (to < LAST) yield* held(options)
  }
}

/** A poll that gets one answer after a time. The second answer never comes. */
export function answers(to: number, after_ms = 100): Act {
  return async function* (options) {
    await wait(after_ms, options.signal)
    options.signal.throwIfAborted()
    yield* run.since(options.cursor, to)
    yield { kind: 'alive' }
    if (to === LAST) yield { kind: 'terminal' }
    else yield* held(options)
  }
}

export function fails(after_ms = 0): Act {
  return async function* ({ signal }) {
    await wait(after_ms, signal)
    yield* []
    throw new TypeError('fetch failed')
  }
}

export function refuses(status: number, after_ms = 0): Act {
  return async function* ({ signal }) {
    await wait(after_ms, signal)
    yield { kind: 'refused', error: new ApiError(status), retry_ms: 30_000 }
  }
}

/** After a time, brings the events from its cursor up to a seq, and closes. */
export function closes(to: number, after_ms: number): Act {
  return async function* (options) {
    await wait(after_ms, options.signal)
    options.signal.throwIfAborted()
    yield* run.since(options.cursor, Math.max(to, Number(options.cursor?.split('.')[1] ?? 0)))
  }
}

export const unreadable: Act = async function* () {
  yield* run.since(undefined, 2)
  yield { kind: 'unreadable', error: new Error('It cannot be read.') }
}

type Acts = Partial<Record<Transport, readonly Act[]>>

/** Reads a feed. Keeps its items and its connections, with their times in milliseconds since its start. */
export class Viewer {
  readonly items: { readonly at: number; readonly item: FeedItem }[] = []
  readonly asked: {
    readonly at: number
    readonly transport: Transport
    readonly cursor: string | undefined
    readonly signal: AbortSignal
  }[] = []
  readonly #began = Date.now()
  readonly #life = new AbortController()
  readonly done: Promise<void>

  /** `share` makes the feed to read, if the viewer is one of several tabs. */
  constructor(
    acts: Acts,
    transport: 'auto' | Transport = 'auto',
    share: (feed: Feed) => Feed = (feed) => feed,
  ) {
    const { sse = [held], socket, poll = [held] } = acts
    const transports = {
      sse: this.#connect('sse', sse),
      poll: this.#connect('poll', poll),
      ...(socket && { socket: this.#connect('socket', socket) }),
    }
    const feed = runFeed({ transports, transport, token: 't', timing: timingWith() })
    this.done = this.#read(share(feed)({ cursor: undefined, signal: this.#life.signal }))
  }

  /** Ends the feed, and resolves when it has ended. */
  async close(): Promise<void> {
    this.#life.abort()
    await vi.advanceTimersByTimeAsync(0)
    await this.done
  }

  get events(): RunEvent[] {
    return this.items.flatMap(({ item }) => ('event' in item ? [item] : []))
  }

  /** The statuses of the connection, each with its time. */
  get statuses(): [number, string][] {
    return this.items.flatMap(({ at, item }) => ('status' in item ? [[at, item.status]] : []))
  }

  /** The shown lines of the log, in their order. */
  get lines(): number[] {
    return this.events.flatMap(({ event, data }) =>
      event === 'log' && 'seq' in data ? [data.seq] : [],
    )
  }

  /** The shown cursors. */
  get seqs(): number[] {
    return this.events.flatMap(({ id }) => (id === undefined ? [] : [Number(id.split('.')[1])]))
  }

  /** The time at which a cursor was shown. */
  shownAt(seq: number): number | undefined {
    return this.items.find(({ item }) => 'id' in item && item.id === `scripted.${seq}`)?.at
  }

  askedBy(transport: Transport) {
    return this.asked.filter((one) => one.transport === transport)
  }

  #connect(transport: Transport, acts: readonly Act[]): Connect {
    let n = 0
    return (options) => {
      const { cursor, signal } = options
      this.asked.push({ at: Date.now() - this.#began, transport, cursor, signal })
      const act = acts[Math.min(n, acts.length - 1)] ?? held
      n += 1
      return act(options)
    }
  }

  async #read(feed: AsyncIterable<FeedItem>): Promise<void> {
    for await (const item of feed) this.items.push({ at: Date.now() - this.#began, item })
  }
}
