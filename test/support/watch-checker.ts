import { type Transport, watchRun } from '../../src/client/client.ts'
import { parseCursor } from '../../src/protocol/cursor.ts'
import type { RunId } from '../../src/protocol/ids.ts'
import type { LogDropped, LogLine } from '../../src/protocol/log.ts'
import type { RunView } from '../../src/protocol/run.ts'
import type { User } from './user.ts'

const timing = { backoff_ms: 50, backoff_max_ms: 500, poll_ms: 50, poll_wait_s: 2 }

export type FinalState = {
  /** Each job's final status in the run's object, by `<group> <external id>`. */
  readonly jobs: Readonly<Record<string, string>>
  readonly view: RunView
}

/** Watches a run with the library. Keeps every cursor and status that it showed, and checks its log. */
export class WatchChecker {
  readonly seqs: number[] = []
  readonly statuses: string[] = []
  /** The number of the last log line that it was shown, or that it was told was left out (EV-7). */
  line = 0
  /** The number of lines that came in the wrong order, or twice. */
  holes = 0
  /** The number of times that it connected again. */
  broken = 0
  readonly transport: Transport
  readonly #watch: ReturnType<typeof watchRun>
  readonly #heard: Promise<void>

  constructor(user: User, run_id: RunId, transport: Transport) {
    const { origin, token } = user
    this.transport = transport
    this.#watch = watchRun(run_id, { origin, token, transport, timing, log: true })
    this.#watch.subscribe(() => {
      if (this.#watch.state.connection.status === 'reconnecting') this.broken += 1
    })
    this.#heard = this.#hear()
  }

  /** Resolves when the run has ended. */
  async ended(): Promise<void> {
    await this.#watch.ended
    await this.#heard
  }

  /** Describes everything that it was shown wrongly. */
  gaps({ jobs, view }: FinalState): string[] {
    const { connection, cursor, run } = this.#watch.state
    const shown = Object.fromEntries(
      [...run.jobs].flatMap(([group, members]) =>
        [...members.values()].map((job) => [`${group} ${job.external_id}`, job.status] as const),
      ),
    )
    const wrong = {
      'its connection did not end': connection.status !== 'ended',
      'its cursor is not the run’s': cursor !== view.cursor,
      'its jobs are not the run’s': !sameEntries(shown, jobs),
      'its status is not the run’s': this.statuses.at(-1) !== view.status,
      'its cursors fell': this.seqs.some((seq, at) => seq < (this.seqs[at - 1] ?? 0)),
      'its log has a hole': this.holes > 0,
      'it was shown a terminal status twice': this.statuses.filter(isEnd).length !== 1,
    }
    return Object.entries(wrong).flatMap(([what, isSo]) =>
      isSo ? [`${this.transport}: ${what}`] : [],
    )
  }

  async #hear(): Promise<void> {
    for await (const event of this.#watch.events()) {
      if (event.id !== undefined) this.seqs.push(parseCursor(event.id)?.seq ?? NaN)
      if (event.event === 'log') this.#read(event.data)
      if (event.event === 'status') this.statuses.push(event.data)
    }
  }

  #read(said: LogLine | LogDropped): void {
    const [before, last] =
      'seq' in said ? [said.seq - 1, said.seq] : [said.after, said.after + said.dropped]
    if (before !== this.line) this.holes += 1
    this.line = last
  }
}

function isEnd(status: string): boolean {
  return ['finished', 'error', 'aborted'].includes(status)
}

function sameEntries(one: Readonly<Record<string, string>>, other: FinalState['jobs']): boolean {
  const names = Object.keys(one)
  return (
    names.length === Object.keys(other).length && names.every((name) => one[name] === other[name])
  )
}
