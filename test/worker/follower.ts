import type { WatchedRun } from '../../src/protocol/fold.ts'
import { unwatched } from '../../src/protocol/fold.ts'
import type { Owner, RunId } from '../../src/protocol/ids.ts'
import { isTerminalJob, isTerminalRun } from '../../src/protocol/terminal.ts'
import { stubOf } from './object.ts'
import { connect, Watcher } from './watch.ts'

/** Follows a run to its end. Resumes from its cursor whenever its stream is cut. */
export class Follower {
  /** Resolves at the end. Rejects if a terminal job changed its status. */
  readonly done: Promise<void>
  state: WatchedRun = unwatched
  cuts = 0
  private away: Promise<void> = Promise.resolve()
  private cursor: string | undefined
  private opening: Promise<Watcher | undefined> = Promise.resolve(undefined)
  private readonly name: { readonly run_id: RunId; readonly owner: Owner }

  constructor(name: { readonly run_id: RunId; readonly owner: Owner }) {
    this.name = name
    this.done = this.follow()
  }

  /** Cuts the present stream, as a network does. */
  async cut(): Promise<void> {
    await this.opening.then(
      (watcher) => watcher?.cancel(),
      () => undefined,
    )
  }

  /** Cuts the stream, and keeps the follower from connecting again until the work is done. */
  async without(work: () => Promise<void>): Promise<void> {
    const away = Promise.withResolvers<void>()
    this.away = away.promise
    try {
      await this.cut()
      await work()
    } finally {
      away.resolve()
    }
  }

  private async follow(): Promise<void> {
    while (!isTerminalRun(this.state.status)) {
      try {
        await this.read()
      } catch (error) {
        if (error instanceof LeftItsEnd) throw error
      }
      this.cuts += 1
    }
  }

  private async read(): Promise<void> {
    const { owner, run_id } = this.name
    const { cursor } = this
    const opening = this.away.then(
      async () => new Watcher(await connect(stubOf(run_id), { owner, cursor })),
    )
    this.opening = opening
    const watcher = await opening
    watcher.state = this.state
    while ((await watcher.next()) !== undefined) {
      expectEndsKept(this.state, watcher.state)
      this.state = watcher.state
      this.cursor = watcher.cursor ?? this.cursor
    }
  }
}

class LeftItsEnd extends Error {}

function expectEndsKept(before: WatchedRun, after: WatchedRun): void {
  for (const [group, jobs] of before.jobs) {
    for (const [id, { status }] of jobs) {
      const now = after.jobs.get(group)?.get(id)?.status
      if (isTerminalJob(status) && now !== status)
        throw new LeftItsEnd(`${group} ${id} was ${status} and is ${now}`)
    }
  }
}
