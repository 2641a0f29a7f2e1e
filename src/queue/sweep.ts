import { DatabaseUnavailable } from '../db/connect.ts'
import { type OldRunsQuery, type OldRun, REMOVED_PARTS, type RemovedPart } from '../db/retention.ts'
import { describeError, type Log } from '../log.ts'
import type { RunName } from '../protocol/ids.ts'
import type { Settings } from '../settings.ts'

export type SweepPorts = {
  readonly listOldRuns: (query: OldRunsQuery) => Promise<readonly OldRun[]>
  /** Whether the run's object has given the run up to Postgres for good, so that nobody can retry the run. */
  readonly isArchived: (run: RunName) => Promise<boolean>
  readonly markRemoved: (runs: readonly RunName[], now: number) => Promise<void>
  /** Removes rows of a part, and resolves to how many. */
  readonly removeRows: (
    part: RemovedPart,
    slice: { readonly runs: readonly RunName[]; readonly limit: number },
  ) => Promise<number>
  /** Removes the blobs of a run's plans. */
  readonly removeBlobs: (run: RunName) => Promise<void>
  readonly noteEmptied: (runs: readonly RunName[]) => Promise<void>
  readonly log: Log
  readonly now: () => number
  readonly settings: Pick<Settings, 'keep_run_ms' | 'owner_keep_run_ms' | 'sweep_rows' | 'sweep_ms'>
}

/** The runs whose rows one statement may remove. Small runs share a statement. */
const PAGE_RUNS = 50

/** The calls of one firing. Cloudflare gives an invocation 10,000 subrequests. */
const CALLS = 8_000

/** `kept`: runs that their objects may still retry. `left`: the time was over, so the next firing goes on. */
type SweepCounts = Record<RemovedPart | 'runs' | 'kept', number> & { left: boolean }

/**
 * Removes the jobs, the log and the visits of runs that ended long ago, in slices (RUN-6). Every call is safe to
 * repeat and to make twice at once, so a sweep that breaks off is no failure: the next one goes on.
 */
export async function sweep(ports: SweepPorts): Promise<void> {
  const began = ports.now()
  const counts: SweepCounts = {
    runs: 0,
    kept: 0,
    visits: 0,
    changes: 0,
    lines: 0,
    jobs: 0,
    left: false,
  }
  const told = () => ({ ...counts, took_ms: ports.now() - began })
  try {
    const firing = new Sweep(ports, counts)
    for (const keeping of keepings(ports.settings)) await removeDue(firing, keeping)
    ports.log('info', 'old runs were swept', told())
  } catch (error) {
    const away = error instanceof DatabaseUnavailable
    const message = 'the sweep of old runs broke off, and the next one goes on'
    ports.log(away ? 'warn' : 'error', message, { ...told(), error: describeError(error) })
  }
}

/** Whose runs are kept for how long. */
type RunKeeping = { readonly of: OldRunsQuery['of']; readonly keep_ms: number }

/** Owners with a time of their own, and all others. */
function keepings({
  keep_run_ms,
  owner_keep_run_ms,
}: SweepPorts['settings']): readonly RunKeeping[] {
  const own = Object.entries(owner_keep_run_ms)
  return [
    { of: { but: own.map(([owner]) => owner) }, keep_ms: keep_run_ms },
    ...own.map(([owner, keep_ms]) => ({ of: { owner }, keep_ms })),
  ]
}

async function removeDue(firing: Sweep, keeping: RunKeeping): Promise<void> {
  for (let after: OldRun | null = null; ;) {
    if (firing.isOver()) return
    const page = await firing.page(keeping, after)
    await firing.remove(page)
    after = page.at(-1) ?? null
    if (page.length < PAGE_RUNS) return
  }
}

/** One firing: what it may still spend, and what it has done. */
class Sweep {
  private readonly ports: SweepPorts
  private readonly counts: SweepCounts
  private readonly began: number
  private calls = 0

  constructor(ports: SweepPorts, counts: SweepCounts) {
    this.ports = ports
    this.counts = counts
    this.began = ports.now()
  }

  isOver(): boolean {
    const { now, settings } = this.ports
    const over = now() - this.began >= settings.sweep_ms || this.calls + 2 * PAGE_RUNS > CALLS
    if (over) this.counts.left = true
    return over
  }

  page({ of, keep_ms }: RunKeeping, after: OldRun | null): Promise<readonly OldRun[]> {
    const before = this.began - keep_ms
    return this.call(() => this.ports.listOldRuns({ before, of, after, limit: PAGE_RUNS }))
  }

  async remove(page: readonly OldRun[]): Promise<void> {
    const asked = await Promise.all(page.map((run) => this.mayRemove(run)))
    const runs = page.filter((_, n) => asked[n])
    this.counts.kept += page.length - runs.length
    if (runs.length === 0) return
    await this.call(() => this.ports.markRemoved(runs, this.ports.now()))
    for (const part of REMOVED_PARTS) if (!(await this.removeAll(part, runs))) return
    await Promise.all(runs.map((run) => this.call(() => this.ports.removeBlobs(run))))
    await this.call(() => this.ports.noteEmptied(runs))
    this.counts.runs += runs.length
  }

  /** Only the run's object knows whether it has dropped the run. A run that is marked was asked for before. */
  private async mayRemove({ owner, run_id, marked }: OldRun): Promise<boolean> {
    if (marked) return true
    try {
      return await this.call(() => this.ports.isArchived({ owner, run_id }))
    } catch (error) {
      const fields = { owner, run_id, error: describeError(error) }
      this.ports.log('warn', 'an old run stays, because its object could not be asked', fields)
      return false
    }
  }

  /** Removes slice after slice. Resolves to false if the time was over before all rows were gone. */
  private async removeAll(part: RemovedPart, runs: readonly RunName[]): Promise<boolean> {
    const { removeRows, settings } = this.ports
    const limit = settings.sweep_rows
    for (;;) {
      if (this.isOver()) return false
      const removed = await this.call(() => removeRows(part, { runs, limit }))
      this.counts[part] += removed
      if (removed < limit) return true
    }
  }

  private call<T>(made: () => Promise<T>): Promise<T> {
    this.calls += 1
    return made()
  }
}
