import { createContext, useContext } from 'react'

import type { RunEvent } from '../../protocol/events.ts'
import type { WatchedRun } from '../../protocol/fold.ts'
import { pauseMs } from '../backoff.ts'
import { call } from '../calls.ts'
import { type ApiError, NoToken } from '../errors.ts'
import { type RunWatch, unseen, type WatchState } from '../run-watch.ts'
import { timingWith } from '../timing.ts'
import { watchRun, type WatchOptions } from '../watch-run.ts'
import { PageTick } from './page-tick.ts'
import { noLog, type RunLog, withEvent } from './run-log.ts'

/** The options of all runs under a provider. */
export type RuncastOptions = Omit<WatchOptions, 'signal'>

/** The options that a component may set for its own run. */
export type RunOptions = Omit<RuncastOptions, 'origin' | 'token' | 'fetch' | 'WebSocket'>

/** The state of a run that components are shown. `log` has lines if the component asked for them. */
export type RunState = WatchState & { readonly log: RunLog }

export const unseenRun: RunState = { ...unseen, log: noLog }

/** A component's access to a run. Nothing is followed before the first component subscribes. */
export type RunHandle = {
  readonly subscribe: (listener: () => void) => () => void
  readonly read: () => RunState
  readonly followAgain: () => void
}

/** Shared by all components under one provider: its latest options, and the runs that they follow. */
export class RuncastClient {
  readonly #runs = new Map<string, SharedRun>()
  #options: RuncastOptions

  constructor(options: RuncastOptions) {
    this.#options = options
  }

  setOptions(options: RuncastOptions): void {
    this.#options = options
  }

  /** Handles of an equal key share one run, so the key stands for the run and its options. */
  handleOf(key: string, run_id: string, own: RunOptions): RunHandle {
    const begin = () => {
      const options = { ...this.#options, ...own, token: this.#token }
      return { watch: watchRun(run_id, options), log: options.log ?? false }
    }
    return {
      subscribe: (listener) => this.#subscribe(key, begin, listener),
      read: () => this.#runs.get(key)?.state ?? unseenRun,
      followAgain: () => this.#runs.get(key)?.followAgain(),
    }
  }

  /** Reads from the API with the provider's options. */
  get<T>(path: string, signal: AbortSignal): Promise<T> {
    return call({ path }, { ...this.#options, token: this.#token, signal })
  }

  /** The pause after so many reads in a row that failed. */
  pauseMs(failures: number): number {
    return pauseMs({ failures }, timingWith(this.#options.timing), Math.random())
  }

  #subscribe(key: string, begin: BeginWatch, listener: () => void): () => void {
    const run = this.#runs.get(key) ?? new SharedRun(begin)
    this.#runs.set(key, run)
    const leave = run.subscribe(listener)
    return () => {
      leave()
      // A component that comes within the same turn still shares the run.
      queueMicrotask(() => this.#settle(key, run))
    }
  }

  #settle(key: string, run: SharedRun): void {
    if (run.isUsed || this.#runs.get(key) !== run) return
    this.#runs.delete(key)
    run.end()
  }

  readonly #token = (refused?: string, error?: ApiError): string | Promise<string> => {
    const { token } = this.#options
    if (typeof token !== 'string') return token(refused, error)
    if (token === refused) throw new NoToken('The server refused the token', { cause: error })
    return token
  }
}

/** Begins a watch, by the latest options. `log`: the run's log is wanted too. */
type BeginWatch = () => { readonly watch: RunWatch; readonly log: boolean }

/** A watch that is being followed, and the function that ends the following. */
type Following = { readonly watch: RunWatch; readonly leave: () => void }

/** One run, followed together by all components that want the same of it. */
class SharedRun {
  readonly #begin: BeginWatch
  readonly #listeners = new Set<() => void>()
  readonly #tick = new PageTick(() => this.#tell())
  #state = unseenRun
  #log = noLog
  /** The last round's run. It is shown until the new watch has a run to show. */
  #kept: WatchedRun | undefined
  #following: Following

  constructor(begin: BeginWatch) {
    this.#begin = begin
    this.#following = this.#follow()
  }

  /** The state of the run. It is the same object until something changes. */
  get state(): RunState {
    return this.#state
  }

  get isUsed(): boolean {
    return this.#listeners.size > 0
  }

  subscribe(listener: () => void): () => void {
    const own = () => listener()
    this.#listeners.add(own)
    return () => this.#listeners.delete(own)
  }

  /** Follows the round that began after this watch was over. */
  readonly followAgain = (): void => {
    if (!this.#following.watch.isOver) return
    this.#following.leave()
    this.#kept = this.#state.run
    this.#following = this.#follow()
    this.#tell()
  }

  end(): void {
    this.#following.leave()
    this.#tick.end()
  }

  #follow(): Following {
    const { watch, log } = this.#begin()
    const unsubscribe = watch.subscribe(() => this.#take(watch.state))
    const events = log ? watch.events() : undefined
    if (events) void this.#readLog(events)
    const leave = () => {
      unsubscribe()
      void events?.return?.()
    }
    return { watch, leave }
  }

  /** Shows the first picture, another status and another connection at once. All other changes wait for the next tick. */
  #take({ cursor, connection, run }: WatchState): void {
    const shown = this.#state
    const isUsual =
      shown.cursor !== undefined &&
      cursor !== undefined &&
      connection === shown.connection &&
      run.status === shown.run.status
    if (isUsual) this.#tick.request()
    else this.#tell()
  }

  /** Adds log lines to the state. The watch itself calls no listener for them. */
  async #readLog(events: AsyncIterable<RunEvent>): Promise<void> {
    for await (const event of events) {
      this.#log = withEvent(this.#log, event)
      if (this.#log !== this.#state.log) this.#tick.request()
    }
  }

  #tell(): void {
    const { state } = this.#following.watch
    if (state.cursor !== undefined) this.#kept = undefined
    this.#state = { ...state, run: this.#kept ?? state.run, log: this.#log }
    for (const listener of this.#listeners) listener()
  }
}

/** `key` stands for the provider's options: when it changes, all runs get new watches. */
type ClientWithKey = { readonly client: RuncastClient; readonly key: string }

export const ClientContext = createContext<ClientWithKey | undefined>(undefined)

export function useRuncastClient(): ClientWithKey {
  const found = useContext(ClientContext)
  if (!found) throw new TypeError('There is no <RuncastProvider> above this component')
  return found
}
