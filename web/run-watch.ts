import { useState, useSyncExternalStore } from 'react'

import { RunEvent } from '../src/protocol/events.ts'
import { fold, unwatched, type WatchedRun } from '../src/protocol/fold.ts'
import type { RunId } from '../src/protocol/ids.ts'
import type { RunView } from '../src/protocol/run.ts'
import { isTerminalRun } from '../src/protocol/terminal.ts'
import { parseJson, RequestError } from './request.ts'
import { heldToken, TokenNeeded } from './token.ts'
import { readView, ViewReader } from './view-reader.ts'

/** `ended`: the run has. `lost`: the stream is closed for good, and `error` says why. */
export type Connection = 'connecting' | 'live' | 'reconnecting' | 'ended' | 'lost'

export type Watched = {
  readonly run: WatchedRun
  readonly connection: Connection
  /** What the stream does not say: groups, times, the summary. */
  readonly view: RunView | undefined
  readonly error: unknown
}

const REOPEN_MS = 2_000
const EVENTS = ['status', 'all_jobs', 'update'] as const

/** The run as its stream shows it, at most one change a frame of the screen. */
export function useWatchedRun(run_id: RunId): Watched {
  const [watch] = useState(() => new RunWatch(run_id))
  return useSyncExternalStore(watch.subscribe, watch.read)
}

/** Follows a run's stream while somebody listens, and folds what it says. */
class RunWatch {
  readonly #run_id: RunId
  readonly #listeners = new Set<() => void>()
  #now: Watched = { run: unwatched, connection: 'connecting', view: undefined, error: undefined }
  #shown = this.#now
  #frame: number | undefined
  #life = new AbortController()
  #source: EventSource | undefined
  #reader: ViewReader | undefined
  #cursor = ''

  constructor(run_id: RunId) {
    this.#run_id = run_id
  }

  readonly read = (): Watched => this.#shown

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    if (this.#listeners.size === 1) this.#begin()
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size === 0) this.#stop()
    }
  }

  #begin(): void {
    this.#life = new AbortController()
    this.#reader = new ViewReader(this.#run_id, (view, error) =>
      this.#change(view ? { view, error: undefined } : { error }),
    )
    void this.#open(this.#life.signal)
  }

  #stop(): void {
    this.#life.abort()
    this.#source?.close()
    this.#reader?.stop()
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame)
    this.#frame = undefined
  }

  async #open(life: AbortSignal): Promise<void> {
    let token: string
    try {
      token = await heldToken()
    } catch (error) {
      this.#closed(error, life)
      return
    }
    if (life.aborted) return
    const query = new URLSearchParams({ token })
    // The browser itself sends the cursor only while it keeps the same source.
    if (this.#cursor !== '') query.set('cursor', this.#cursor)
    this.#listen(new EventSource(`/api/runs/${this.#run_id}/stream?${query}`), life)
  }

  #listen(source: EventSource, life: AbortSignal): void {
    this.#source = source
    source.addEventListener('open', () => {
      this.#change({ connection: 'live', error: undefined })
      this.#reader?.want('now')
    })
    source.addEventListener('error', () => {
      this.#change({ connection: 'reconnecting' })
      if (source.readyState === EventSource.CLOSED) void this.#askWhy(life)
    })
    for (const event of EVENTS)
      source.addEventListener(event, ({ data, lastEventId }: MessageEvent<string>) => {
        if (lastEventId !== '') this.#cursor = lastEventId
        this.#take({ event, data: event === 'status' ? data : parseJson(data) })
      })
  }

  #take(said: { event: string; data: unknown }): void {
    const event = RunEvent.safeParse(said)
    if (!event.success) {
      this.#change({ error: new Error(`The stream sent a "${said.event}" that cannot be read.`) })
      return
    }
    this.#change({ run: fold(this.#now.run, event.data) })
    if (event.data.event !== 'status') this.#reader?.want('soon')
    else if (isTerminalRun(event.data.data)) this.#end()
    else this.#reader?.want('now')
  }

  #end(): void {
    this.#source?.close()
    this.#change({ connection: 'ended' })
    this.#reader?.want('now')
  }

  /** The browser has given the stream up: its run may have ended, its token, or its server. */
  async #askWhy(life: AbortSignal): Promise<void> {
    const { view, error } = await readView(this.#run_id)
    if (life.aborted) return
    if (!view) {
      this.#closed(error, life)
      return
    }
    this.#change({ view })
    if (isTerminalRun(view.status) && view.cursor === this.#cursor) {
      this.#change({ run: { ...this.#now.run, status: view.status } })
      this.#end()
    } else this.#reopen(life)
  }

  #closed(error: unknown, life: AbortSignal): void {
    if (life.aborted) return
    const final = error instanceof RequestError && error.status < 500
    if (final || error instanceof TokenNeeded) this.#change({ connection: 'lost', error })
    else {
      this.#change({ connection: 'reconnecting', error })
      this.#reopen(life)
    }
  }

  #reopen(life: AbortSignal): void {
    const timer = setTimeout(() => void this.#open(life), REOPEN_MS)
    life.addEventListener('abort', () => clearTimeout(timer), { once: true })
  }

  #change(change: Partial<Watched>): void {
    this.#now = { ...this.#now, ...change }
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined
      this.#shown = this.#now
      for (const listener of this.#listeners) listener()
    })
  }
}
