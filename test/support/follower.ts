import { type RunWatch, watchRun, type WatchOptions } from '../../src/client/client.ts'
import { parseCursor } from '../../src/protocol/cursor.ts'
import type { RunEvent } from '../../src/protocol/events.ts'
import { fold, unwatched, type WatchedRun } from '../../src/protocol/fold.ts'
import type { RunId } from '../../src/protocol/ids.ts'
import type { JobStatus } from '../../src/protocol/status.ts'
import { isTerminalJob } from '../../src/protocol/terminal.ts'
import type { User } from './user.ts'

type Waiter = { readonly wanted: () => boolean; readonly resolve: () => void }

/** The client never gives a silent connection up, because a test may want silence. */
const timing = {
  first_byte_ms: 600_000,
  silence_ms: 600_000,
  backoff_ms: 500,
  backoff_max_ms: 1_000,
}

/** A client that follows a run to its end by a stream. It counts its connections, and folds the events. */
export class Follower {
  state: WatchedRun = unwatched
  readonly events: RunEvent[] = []
  connections = 0
  /** Resolves when the run has ended. Rejects if a stream is refused. */
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
    // The user's fetch knows the origin, so this one does not matter.
    const options = { origin: 'http://localhost', token: user.token, fetch, timing, log }
    this.ended = this.#read(watchRun(run_id, { ...options, transport: 'sse' }))
    // A test that awaits `ended` gets its error. A test that does not must not fail by an unhandled
    // rejection.
    this.ended.catch(() => undefined)
  }

  /** Keeps the client from connecting again until the returned function is called. */
  pause(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#mayConnect = promise
    return resolve
  }

  /** Breaks the connection, and returns when the next connection has brought an event. */
  async cut(): Promise<void> {
    const { connections } = this
    const { length } = this.events
    this.#connection.abort()
    await this.until(() => this.connections > connections && this.events.length > length)
  }

  /** Resolves as soon as the events so far satisfy `wanted`. */
  async until(wanted: (follower: this) => boolean): Promise<void> {
    if (wanted(this)) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#waiters.push({ wanted: () => wanted(this), resolve })
    await Promise.race([promise, this.ended.then(() => this.#missed())])
  }

  /** Each job's status by `<group> <external id>`. */
  picture(): Record<string, JobStatus> {
    const jobs = [...this.state.jobs].flatMap(([group, members]) =>
      [...members.values()].map((job) => [`${group} ${job.external_id}`, job.status] as const),
    )
    return Object.fromEntries(jobs)
  }

  /** The number of terminal jobs. */
  get done(): number {
    return Object.values(this.picture()).filter(isTerminalJob).length
  }

  /** The seqs of the received cursors, in their order. */
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
