import { createContext, useContext } from 'react'

import { pauseOf } from '../backoff.ts'
import { call } from '../call.ts'
import { timingWith } from '../timing.ts'
import { NoToken } from '../token.ts'
import { watchRun, type WatchOptions } from '../watch-run.ts'
import { RunCache } from './run-cache.ts'
import type { Watching } from './shared-run.ts'

/** What holds for all runs of a page. */
export type RuncastOptions = Omit<WatchOptions, 'signal'>

/** What a component may want of a run beside it, or other than it. */
export type RunOptions = Omit<RuncastOptions, 'origin' | 'token' | 'fetch' | 'WebSocket'>

/** What the components under a provider share: its latest options, and the runs that they follow. */
export class Room {
  readonly cache = new RunCache()
  #options: RuncastOptions

  constructor(options: RuncastOptions) {
    this.#options = options
  }

  change(options: RuncastOptions): void {
    this.#options = options
  }

  watching(run_id: string, wanted: RunOptions): Watching {
    const options = () => ({ ...this.#options, ...wanted, token: this.#token })
    return { watch: () => watchRun(run_id, options()), log: () => options().log ?? false }
  }

  /** Reads something of the API by the room's own means. */
  call<T>(path: string, signal: AbortSignal): Promise<T> {
    return call({ path }, { ...this.#options, token: this.#token, signal })
  }

  /** How long to wait after so many calls in a row that failed. */
  pause(failures: number): number {
    const range = timingWith(this.#options.timing)
    return pauseOf({ failures }, range, Math.random())
  }

  readonly #token = (refused?: string): string | Promise<string> => {
    const { token } = this.#options
    if (typeof token !== 'string') return token(refused)
    if (token === refused) throw new NoToken('The server refused the token')
    return token
  }
}

/** `key` says what is set for the room: another one, and its runs are followed anew. */
type Standing = { readonly room: Room; readonly key: string }

export const RoomContext = createContext<Standing | undefined>(undefined)

export function useRoom(): Standing {
  const standing = useContext(RoomContext)
  if (!standing) throw new TypeError('There is no <RuncastProvider> above this component')
  return standing
}
