import { archiveJobs } from '../../src/db/archived-jobs.ts'
import { archiveRun } from '../../src/db/archived-runs.ts'
import type { Database } from '../../src/db/connect.ts'
import { archiveLines } from '../../src/db/run-logs.ts'
import { PlacedJob, type PlacedLine } from '../../src/protocol/archive.ts'
import { GroupKey, type Owner, type RunId } from '../../src/protocol/ids.ts'
import type { RunView } from '../../src/protocol/run.ts'
import { newOwner, newRunId } from './database.ts'

type GivenRun = {
  readonly owner?: Owner
  readonly run_id?: RunId
  readonly ended_at: string
  /** The names of the run's jobs. */
  readonly jobs?: readonly string[]
  readonly group?: string
}

const NAMES = ['a', 'b', 'c', 'd', 'e']

/** Writes an archived run to Postgres: its jobs, a line of the log for each, and its row. */
export async function archiveOldRun(db: Database, given: GivenRun) {
  const { owner = newOwner(), run_id = newRunId(), ended_at, jobs = NAMES, group = 'acme' } = given
  const run = { owner, run_id }
  const key = GroupKey.parse(group)
  const rows = jobs.map((external_id, n) => jobAt({ external_id, group, n }))
  const view = viewOf(run_id, { ended_at, group, total: rows.length })
  const lines = jobs.map((name, n) => lineAt(n + 1, name))
  expectNone(await archiveJobs(db, run, rows))
  expectNone(await archiveLines(db, run, { after: 0, lines }))
  if (!(await archiveRun(db, { owner, seq: 9, view, group_keys: [key] })))
    throw new Error('Postgres lacks the run')
  return { ...run, view, rows, lines }
}

function expectNone(lacking: readonly unknown[]): void {
  if (lacking.length > 0) throw new Error(`Postgres lacks ${JSON.stringify(lacking)}`)
}

function jobAt(given: { external_id: string; group: string; n: number }): PlacedJob {
  const ended = { status: 'ready', outcome: 'new', attempt: 1, error: null }
  return PlacedJob.parse({ title: given.external_id, url: null, group_ord: 0, ...ended, ...given })
}

function lineAt(seq: number, name: string): PlacedLine {
  const ts = new Date(1_700_000_000_000 + seq).toISOString()
  return { seq, ts, level: 'info', message: `${name} is done.`, as_of: seq, late: false }
}

function viewOf(
  run_id: RunId,
  { ended_at, group, total }: { ended_at: string; group: string; total: number },
): RunView {
  const counts = { total, by_status: { ready: total } }
  return {
    run_id,
    pipeline: 'ingestion',
    subject: { groups: 1 },
    status: 'finished',
    round: 1,
    cursor: 'epoch.9',
    counts,
    group_counts: { total: 1, by_status: { closed: 1 } },
    problems: { groups: 0, jobs: 0 },
    groups: { [group]: { status: 'closed', found: total, counts } },
    watchers: 0,
    created_at: ended_at,
    ended_at,
  }
}
