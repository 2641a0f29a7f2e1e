import { replaceEqualDeep } from '@tanstack/react-query'

import type { LiveRun } from '../../src/client/react.ts'
import { RunId } from '../../src/protocol/ids.ts'
import type { Nouns } from '../../src/protocol/pipelines.ts'
import { problemWords, type ShownStatus, shownStatus } from '../../src/protocol/run-problems.ts'
import { type RunProblems, type RunSummary } from '../../src/protocol/run.ts'
import { RunStatus } from '../../src/protocol/status.ts'
import { isTerminalRun } from '../../src/protocol/terminal.ts'
import { listedName } from '../parts/names.ts'
import type { NounsOf } from '../parts/nouns.ts'
import { count, countOf } from '../parts/words.ts'

/** A row of the list of runs: what the API told, with what the feed tells now. */
export type RunListRow = {
  readonly run_id: RunId
  readonly name: string
  readonly pipeline: string
  readonly labels: Readonly<Record<string, string>>
  readonly status: ShownStatus
  readonly isPaused: boolean
  /** How much of the run is done. An unread list counts as not done. Undefined for an ended run. */
  readonly percent: number | undefined
  /** Says how many lists are still to be read. */
  readonly unread: string
  /** The number of the run's groups, if it is known. */
  readonly groups: number | undefined
  readonly jobs: string
  readonly problems: string
  readonly created_at: string
  readonly ended_at: string | undefined
}

/**
 * `isWhole`: no filter is set, so that a run that the list does not have yet, because it has just been started, stands above
 * the others.
 */
type ListedRuns = {
  readonly listed: readonly RunSummary[]
  readonly live: readonly LiveRun[]
  readonly isWhole: boolean
}

/** Joins the listed runs with the feed. */
export function joinRuns(
  { listed, live, isWhole }: ListedRuns,
  nounsOf: NounsOf,
): readonly RunListRow[] {
  const told = new Map(live.map((run) => [run.run_id, run]))
  const rows = listed.map((run) =>
    kept(run, withLive(rowOf(run, nounsOf), told.get(run.run_id), nounsOf)),
  )
  if (!isWhole) return rows
  const known = new Set<string>(listed.map(({ run_id }) => run_id))
  const newest = listed[0]?.created_at ?? ''
  const fresh = live.flatMap((run) => (known.has(run.run_id) ? [] : freshRow(run, nounsOf)))
  return [...fresh.filter(({ created_at }) => created_at > newest), ...rows]
}

const lastRows = new WeakMap<RunSummary, RunListRow>()

/** A row that says what it said before stays the same object, so that the table renders only the rows that changed. */
function kept(run: RunSummary, row: RunListRow): RunListRow {
  const same = replaceEqualDeep(lastRows.get(run), row)
  lastRows.set(run, same)
  return same
}

function rowOf(run: RunSummary, nounsOf: NounsOf): RunListRow {
  const { run_id, pipeline, labels = {}, subject, created_at, ended_at, snapshot } = run
  const nouns = nounsOf(pipeline)
  return {
    run_id,
    name: listedName(run, nounsOf),
    pipeline,
    labels,
    status: shownStatus(run),
    isPaused: run.paused !== undefined && !isTerminalRun(run.status),
    percent: undefined,
    unread: '',
    groups: subject?.groups ?? undefined,
    jobs: jobWords(run, nouns),
    problems: snapshot
      ? problemWords({ nouns, snapshot }).join(', ')
      : failureWords(run.problems, nouns),
    created_at,
    ended_at: ended_at ?? undefined,
  }
}

function withLive(row: RunListRow, live: LiveRun | undefined, nounsOf: NounsOf): RunListRow {
  const status = RunStatus.safeParse(live?.status).data
  if (live === undefined || status === undefined) return row
  const now = { ...row, name: live.title || row.name, labels: live.labels ?? row.labels }
  const nouns = nounsOf(row.pipeline)
  if (isTerminalRun(status)) return ended(now, status, { live, nouns })
  return {
    ...now,
    status,
    isPaused: live.paused !== undefined,
    percent: percentOf(live, row.groups),
    unread: unreadWords(live, nouns),
    problems: problemsOf(live, row, nouns),
    ended_at: undefined,
  }
}

type LiveWords = { readonly live: LiveRun; readonly nouns: Nouns }

function ended(row: RunListRow, status: RunStatus, { live, nouns }: LiveWords): RunListRow {
  const { groups = 0, jobs = 0 } = live.problems ?? {}
  const troubled = status === 'finished' && groups + jobs > 0
  return {
    ...row,
    unread: '',
    isPaused: false,
    status: troubled ? 'finished_with_problems' : status,
    problems: problemsOf(live, row, nouns),
    ended_at: live.ended_at ?? row.ended_at,
  }
}

/** The words of the ended run have the totals too, and those of the feed are newer. */
function problemsOf({ problems }: LiveRun, row: RunListRow, nouns: Nouns): string {
  if (problems === undefined || (row.ended_at !== undefined && row.problems !== ''))
    return row.problems
  return failureWords(problems, nouns)
}

function freshRow(live: LiveRun, nounsOf: NounsOf): RunListRow[] {
  const { success, data: run_id } = RunId.safeParse(live.run_id)
  if (!success || live.created_at === undefined) return []
  const row: RunListRow = {
    run_id,
    name: live.title,
    pipeline: live.pipeline ?? '',
    labels: live.labels ?? {},
    status: 'pending',
    isPaused: false,
    percent: undefined,
    unread: '',
    groups: undefined,
    jobs: '',
    problems: '',
    created_at: live.created_at,
    ended_at: undefined,
  }
  return [withLive(row, live, nounsOf)]
}

/** An unread list counts with its share as not done: nobody knows yet what it has. */
export function percentOf(
  { percent, progress }: Pick<LiveRun, 'percent' | 'progress'>,
  groups: number | undefined,
): number | undefined {
  const open = progress?.groups_open ?? 0
  if (percent === undefined || open === 0) return percent
  return groups === undefined
    ? Math.min(percent, 99)
    : Math.floor((percent * Math.max(0, groups - open)) / groups)
}

function unreadWords({ progress }: LiveRun, { list }: Nouns): string {
  const open = progress?.groups_open ?? 0
  return open === 0 ? '' : `${countOf(open, list)} to read`
}

function jobWords({ total, snapshot }: RunSummary, { job }: Nouns): string {
  if (!snapshot) return total === 0 ? '' : countOf(total, job)
  return `${count(snapshot.ready)} of ${countOf(snapshot.total, job)} ready`
}

function failureWords({ groups, jobs }: RunProblems, nouns: Nouns): string {
  return [
    groups === 0 ? '' : `${countOf(groups, nouns.group)} could not be read`,
    jobs === 0 ? '' : `${countOf(jobs, nouns.job)} failed`,
  ]
    .filter(Boolean)
    .join(', ')
}
