import type { LiveRun } from '../../src/client/react.ts'
import { RunId } from '../../src/protocol/ids.ts'
import { problemWords, type ShownStatus, shownStatus } from '../../src/protocol/run-problems.ts'
import { type RunProblems, type RunSummary } from '../../src/protocol/run.ts'
import { RunStatus } from '../../src/protocol/status.ts'
import { isTerminalRun } from '../../src/protocol/terminal.ts'
import { listedName } from '../parts/names.ts'
import { nounsOf } from '../parts/nouns.ts'
import { count, countOf } from '../parts/words.ts'

/** A row of the list of runs: what the API told, with what the feed tells now. */
export type RunListRow = {
  readonly run_id: RunId
  readonly name: string
  readonly pipeline: string
  readonly labels: Readonly<Record<string, string>>
  readonly status: ShownStatus
  /** How many of the known jobs have ended. Undefined for an ended run. */
  readonly percent: number | undefined
  readonly jobs: string
  readonly problems: string
  readonly created_at: string
  readonly ended_at: string | undefined
}

/**
 * Joins the listed runs with the feed. `isWhole`: no filter is set, so that a run that the list does not have yet, because
 * it has just been started, stands above the others.
 */
export function joinRuns(
  listed: readonly RunSummary[],
  live: readonly LiveRun[],
  isWhole: boolean,
): readonly RunListRow[] {
  const told = new Map(live.map((run) => [run.run_id, run]))
  const rows = listed.map((run) => withLive(rowOf(run), told.get(run.run_id)))
  if (!isWhole) return rows
  const known = new Set<string>(listed.map(({ run_id }) => run_id))
  const newest = listed[0]?.created_at ?? ''
  const fresh = live.flatMap((run) => (known.has(run.run_id) ? [] : freshRow(run)))
  return [...fresh.filter(({ created_at }) => created_at > newest), ...rows]
}

function rowOf(run: RunSummary): RunListRow {
  const { run_id, pipeline, labels = {}, created_at, ended_at, snapshot } = run
  return {
    run_id,
    name: listedName(run),
    pipeline,
    labels,
    status: shownStatus(run),
    percent: undefined,
    jobs: jobWords(run),
    problems: snapshot
      ? problemWords({ nouns: nounsOf(pipeline), snapshot }).join(', ')
      : failureWords(run.problems, pipeline),
    created_at,
    ended_at: ended_at ?? undefined,
  }
}

function withLive(row: RunListRow, live: LiveRun | undefined): RunListRow {
  const status = RunStatus.safeParse(live?.status).data
  if (live === undefined || status === undefined) return row
  const now = { ...row, name: live.title || row.name, labels: live.labels ?? row.labels }
  if (isTerminalRun(status)) return ended(now, live, status)
  return {
    ...now,
    status,
    percent: live.percent,
    problems: problemsOf(live, row),
    ended_at: undefined,
  }
}

function ended(row: RunListRow, live: LiveRun, status: RunStatus): RunListRow {
  const { groups = 0, jobs = 0 } = live.problems ?? {}
  const troubled = status === 'finished' && groups + jobs > 0
  return {
    ...row,
    status: troubled ? 'finished_with_problems' : status,
    problems: problemsOf(live, row),
    ended_at: live.ended_at ?? row.ended_at,
  }
}

/** The words of the ended run have the totals too, and those of the feed are newer. */
function problemsOf({ problems }: LiveRun, row: RunListRow): string {
  if (problems === undefined || (row.ended_at !== undefined && row.problems !== ''))
    return row.problems
  return failureWords(problems, row.pipeline)
}

function freshRow(live: LiveRun): RunListRow[] {
  const { success, data: run_id } = RunId.safeParse(live.run_id)
  if (!success || live.created_at === undefined) return []
  const row: RunListRow = {
    run_id,
    name: live.title,
    pipeline: live.pipeline ?? '',
    labels: live.labels ?? {},
    status: 'pending',
    percent: undefined,
    jobs: '',
    problems: '',
    created_at: live.created_at,
    ended_at: undefined,
  }
  return [withLive(row, live)]
}

function jobWords({ pipeline, total, snapshot }: RunSummary): string {
  const { job } = nounsOf(pipeline)
  if (!snapshot) return total === 0 ? '' : countOf(total, job)
  return `${count(snapshot.ready)} of ${countOf(snapshot.total, job)} ready`
}

function failureWords({ groups, jobs }: RunProblems, pipeline: string): string {
  const nouns = nounsOf(pipeline)
  return [
    groups === 0 ? '' : `${countOf(groups, nouns.group)} could not be read`,
    jobs === 0 ? '' : `${countOf(jobs, nouns.job)} failed`,
  ]
    .filter(Boolean)
    .join(', ')
}
