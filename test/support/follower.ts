import { type RunWatch, watchRun, type WatchOptions } from '../../src/client/client.ts'
import { parseCursor } from '../../src/protocol/cursor.ts'
import type { RunEvent } from '../../src/protocol/events.ts'
import { fold, unwatched, type WatchedRun } from '../../src/protocol/fold.ts'
import type { RunId } from '../../src/protocol/ids.ts'
import type { JobStatus } from '../../src/protocol/status.ts'
import { isTerminalJob } from '../../src/protocol/terminal.ts'
import type { User } from './user.ts'

type Waiter = { readonly wanted: () => boolean; readonly resolve: () => void }

/** No connection is given up for being silent, which a test may want of it. */
const timing = {
  first_byte_ms: 600_000,
  silence_ms: 600_000,
  backoff_ms: 500,
  backoff_max_ms: 1_000,
}

/** A client that follows a run to its end by a stream, counts its connections, and folds. */
export class Follower {
  state: WatchedRun = unwatched
  readonly events: RunEvent[] = []
  connections = 0
  /** Resolves with the run's end; rejects where a stream is refused. */
  readonly ended: Promise<void>
  #waiters: Waiter[] = []
  #mayConnect: Promise<void> = Promise.resolve()
  #connection = new AbortController()

  constructor(user: User, run_id: RunId, { log = false } = {}) {
    const fetch: WatchOptions['fetch'] = async (url, { headers }) => {
      await this.#mayConnect
      this.connections++
      this.#connection = new AbortController()
      const { pathname, search } = new URL(url)
      return user.get(`${pathname}${search}`, headers, { signal: this.#connection.signal })
    }
    // Whose origin it is, the user knows.
    const options = { origin: 'http://localhost', token: user.token, fetch, timing, log }
    this.ended = this.#read(watchRun(run_id, { ...options, transport: 'sse' }))
    // Whoever waits for it is told; nobody needs to.
    this.ended.catch(() => undefined)
  }

  /** It does not connect again before the answer is called. */
  pause(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#mayConnect = promise
    return resolve
  }

  /** Breaks its connection off, and answers when something came over the next one. */
  async cut(): Promise<void> {
    const { connections } = this
    const { length } = this.events
    this.#connection.abort()
    await this.until(() => this.connections > connections && this.events.length > length)
  }

  /** Resolves as soon as what was read satisfies. */
  async until(wanted: (follower: this) => boolean): Promise<void> {
    if (wanted(this)) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#waiters.push({ wanted: () => wanted(this), resolve })
    await Promise.race([promise, this.ended.then(() => this.#missed())])
  }

  /** Each job's status, by `<group> <external id>`. */
  picture(): Record<string, JobStatus> {
    const jobs = [...this.state.jobs].flatMap(([group, members]) =>
      [...members.values()].map((job) => [`${group} ${job.external_id}`, job.status] as const),
    )
    return Object.fromEntries(jobs)
  }

  /** How many jobs have come to their end. */
  get done(): number {
    return Object.values(this.picture()).filter(isTerminalJob).length
  }

  /** The seqs of the cursors in the order in which they came. */
  get seqs(): number[] {
    return this.events.flatMap(({ id }) => parseCursor(id)?.seq ?? [])
  }

  #missed(): never {
    throw new Error('the run ended before what was waited for')
  }

  async #read(watch: RunWatch): Promise<void> {
    for await (const event of watch.events()) {
      this.events.push(event)
      this.state = fold(this.state, event)
      const satisfied = this.#waiters.filter(({ wanted }) => wanted())
      this.#waiters = this.#waiters.filter((waiter) => !satisfied.includes(waiter))
      for (const { resolve } of satisfied) resolve()
    }
    const { connection } = watch.state
    if (connection.status === 'failed')
      throw new Error('the run cannot be followed', { cause: connection.error })
  }
}
