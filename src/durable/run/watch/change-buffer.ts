import type { Group } from '../group-state.ts'
import type { ShownChanges } from '../run-engine.ts'
import type { JobChange, ShownRows } from '../store/run-store.ts'

/**
 * What changed since the last tick, kept because nearly every watcher stands there; any other diff is
 * a scan of the store.
 */
export class Recent {
  private readonly store: ShownRows
  private from: number
  private jobs: JobChange[] = []
  private groups: Group[] = []

  constructor(store: ShownRows, seq: number) {
    this.store = store
    this.from = seq
  }

  note({ jobs, groups }: ShownChanges): void {
    for (const job of jobs) this.jobs.push(job)
    for (const group of groups) this.groups.push(group)
  }

  /** What comes from now on is after `seq`. */
  restart(seq: number): void {
    this.from = seq
    this.jobs = []
    this.groups = []
  }

  /** Whether all that came after `seq` is remembered here. */
  isFrom(seq: number): boolean {
    return seq === this.from
  }

  /** In the order of the changes; a job that changed twice may be there twice. */
  jobsSince(seq: number): readonly JobChange[] {
    return seq === this.from ? this.jobs : this.store.changesSince(seq)
  }

  groupsSince(seq: number): readonly Group[] {
    return seq === this.from ? this.groups : this.store.groupsSince(seq)
  }
}
