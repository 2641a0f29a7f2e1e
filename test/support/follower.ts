import { follow, type Said } from '../../scripts/demo/follow.ts'
import { parseCursor } from '../../src/protocol/cursor.ts'
import { RunEvent } from '../../src/protocol/events.ts'
import { fold, unwatched, type WatchedRun } from '../../src/protocol/fold.ts'
import type { RunId } from '../../src/protocol/ids.ts'
import type { JobStatus } from '../../src/protocol/status.ts'
import { isTerminalJob } from '../../src/protocol/terminal.ts'
import type { User } from './user.ts'

type Waiter = { readonly wanted: () => boolean; readonly resolve: () => void }

/** A client that follows a run to its end, over as many connections as it takes, and folds it. */
export class Follower {
  state: WatchedRun = unwatched
  readonly events: Said[] = []
  connections = 0
  /** Resolves with the run's end; rejects where a stream is refused. */
  readonly ended: Promise<void>
  #waiters: Waiter[] = []
  #mayConnect: Promise<void> = Promise.resolve()
  #connection = new AbortController()

  constructor(user: User, run_id: RunId) {
    const open = async (cursor: string | undefined): Promise<Response> => {
      await this.#mayConnect
      this.connections++
      this.#connection = new AbortController()
      return user.watch(run_id, cursor, this.#connection.signal)
    }
    this.ended = this.#read(follow(open))
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

  async #read(events: AsyncIterable<Said>): Promise<void> {
    for await (const said of events) {
      this.events.push(said)
      const event = RunEvent.safeParse(said)
      if (event.success) this.state = fold(this.state, event.data)
      const satisfied = this.#waiters.filter(({ wanted }) => wanted())
      this.#waiters = this.#waiters.filter((waiter) => !satisfied.includes(waiter))
      for (const { resolve } of satisfied) resolve()
    }
  }
}
