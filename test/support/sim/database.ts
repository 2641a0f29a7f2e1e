import type { RunArchive, RunCheckpoint } from '../../../src/durable/run/run-rpc.ts'
import type { FlightGrant } from '../../../src/durable/run/work-rpc.ts'
import type { PlacedJob, PlacedLine } from '../../../src/protocol/archive.ts'
import type { GroupKey } from '../../../src/protocol/ids.ts'
import type { RunView, StoredJob } from '../../../src/protocol/run.ts'
import type { Outcome } from '../../../src/protocol/status.ts'
import { Broken } from './broken.ts'
import type { Grants } from './grants.ts'

/** Postgres could not be reached, or went away before it answered. */
export class DatabaseAway extends Error {}

/** A worker's result for one job. */
export type Result = Omit<StoredJob, 'outcome' | 'status'> & {
  readonly status: 'ready' | 'skipped'
  /** The content of the posting. */
  readonly content: string
}

/** A model of Postgres: a run's row, its jobs' rows and its log, with the fences of the real statements. */
export class Database {
  away = false
  /** Rises with each change. */
  version = 0
  /** The number of rows that came too late. */
  refused = 0
  readonly jobs = new Map<string, StoredJob>()
  run: { readonly seq: number; readonly view: RunView } | undefined
  /** The parts of an archived run: its groups' keys, its jobs in their places, and its log. */
  group_keys: readonly GroupKey[] | undefined
  readonly places = new Map<string, PlacedJob>()
  readonly lines = new Map<number, PlacedLine>()
  private readonly postings: Map<string, string>
  /** The outcome of each attempt's first commit, whatever happened to the row later. */
  private readonly first = new Map<string, Outcome>()
  private readonly grants: Grants

  /** `postings` are the postings from before the run. */
  constructor(grants: Grants, postings: ReadonlyMap<string, string>) {
    this.grants = grants
    this.postings = new Map(postings)
  }

  /** Stores a worker's results. Returns the stored ones with their outcomes (JOB-4). */
  record(worker: number, results: readonly Result[]): ReadonlyMap<string, Outcome | null> {
    this.reach()
    const won = new Map<string, Outcome | null>()
    for (const { content, ...result } of results) {
      const key = keyOf(result)
      if (this.isRefused(key, result)) continue
      if (!this.grants.has(worker, result))
        throw new Broken('postgres', `${key} by an attempt ${result.attempt} that was not granted`)
      const outcome = result.status === 'ready' ? this.judge(key, content) : null
      this.put({ ...result, outcome })
      won.set(result.external_id, outcome)
    }
    return won
  }

  /** Returns the flight's jobs that Postgres has under the grant's own attempts, as a late answer would. */
  heldBy({ group, jobs }: FlightGrant): ReadonlyMap<string, Outcome | null> {
    const rows = jobs.flatMap(({ external_id, attempt }) => {
      const row = this.jobs.get(keyOf({ group, external_id }))
      return row?.attempt === attempt ? [row] : []
    })
    return new Map(rows.map(({ external_id, outcome }) => [external_id, outcome]))
  }

  /** Stores a page of a checkpoint. */
  writeJobs(rows: readonly StoredJob[]): void {
    this.reach()
    for (const row of rows) if (!this.isRefused(keyOf(row), row)) this.put(row)
  }

  writeRun({ seq, view }: RunCheckpoint): void {
    this.reach()
    if (this.run !== undefined && this.run.seq >= seq) return
    this.version += 1
    this.run = { seq, view }
  }

  /** Stores jobs. Returns whether Postgres then has them exactly as given. */
  archiveJobs(rows: readonly PlacedJob[]): boolean {
    this.reach()
    for (const row of rows) {
      if (this.isRefused(keyOf(row), row)) continue
      this.put(row)
      this.places.set(keyOf(row), row)
    }
    return rows.every((row) => JSON.stringify(shownOf(row)) === this.textOf(row))
  }

  archiveLines(lines: readonly PlacedLine[]): void {
    this.reach()
    for (const line of lines) this.lines.set(line.seq, line)
  }

  /** Stores a run. Returns whether Postgres then has it exactly as given. */
  archiveRun({ seq, view, group_keys }: RunArchive): boolean {
    this.reach()
    if (this.run !== undefined && this.run.seq > seq) return false
    this.version += 1
    this.run = { seq, view }
    this.group_keys = group_keys
    return true
  }

  /** Stands for a statement whose effect does not matter here. */
  reach(): void {
    if (this.away) throw new DatabaseAway('away')
  }

  /** The fence of a job's row: refuses a row of an earlier attempt. */
  protected refuses(kept: StoredJob, row: Pick<StoredJob, 'attempt'>): boolean {
    return kept.attempt > row.attempt
  }

  private isRefused(key: string, row: Pick<StoredJob, 'attempt'>): boolean {
    const kept = this.jobs.get(key)
    const refused = kept !== undefined && this.refuses(kept, row)
    if (refused) this.refused += 1
    return refused
  }

  /** Compares with the posting from before the run, so that a repeated commit gets the same outcome. */
  private judge(key: string, content: string): Outcome {
    const known = this.postings.get(key)
    this.postings.set(key, content)
    const judged = known === undefined ? 'new' : known === content ? 'unchanged' : 'changed'
    const outcome = this.first.get(key) ?? judged
    if (outcome !== 'unchanged') this.first.set(key, outcome)
    return outcome
  }

  private put(row: StoredJob): void {
    const key = keyOf(row)
    const before = this.jobs.get(key)
    if (before !== undefined && before.attempt > row.attempt)
      throw new Broken('postgres', `${key} fell from attempt ${before.attempt} to ${row.attempt}`)
    this.version += 1
    this.jobs.set(key, shownOf(row))
  }

  private textOf(row: PlacedJob): string {
    const kept = this.jobs.get(keyOf(row))
    return kept === undefined ? '' : JSON.stringify(kept)
  }
}

export function keyOf({ group, external_id }: Pick<StoredJob, 'group' | 'external_id'>): string {
  return `${group}/${external_id}`
}

function shownOf({ group, external_id, title, status, ...row }: StoredJob): StoredJob {
  const { outcome, attempt, error } = row
  return { group, external_id, title, status, outcome, attempt, error }
}
