import { formatCursor } from '../protocol/cursor.ts'
import type { LogPage } from '../protocol/log.ts'
import type { Counts, GroupView, JobPage, JobView, RunView } from '../protocol/run.ts'
import type { Group } from './group-state.ts'
import type { Job } from './job-state.ts'
import type { CheckpointPage, JobPosition, JobQuery, RunCheckpoint } from './rpc.ts'
import type { Run } from './run-state.ts'
import { isEnded, startedAt, totalJobs } from './run-state.ts'
import type { Entry } from './schedule.ts'
import type { GroupCount, RunStore } from './store/run-store.ts'

/** What `GET /api/runs/:id` shows. */
export function viewRun(run: Run, store: RunStore, watchers = 0): RunView {
  const started = startedAt(run)
  return {
    run_id: run.run_id,
    pipeline: run.pipeline,
    status: run.life.status,
    round: run.round,
    cursor: formatCursor(run),
    counts: { total: totalJobs(run.tally), by_status: withoutZeros(run.tally.jobs) },
    groups: viewGroups(store),
    watchers,
    created_at: iso(run.created_at),
    ...(started === null ? {} : { started_at: iso(started) }),
    ...('ended_at' in run.life ? { ended_at: iso(run.life.ended_at) } : {}),
    ...('snapshot' in run.life ? { snapshot: run.life.snapshot } : {}),
    ...(run.life.status === 'aborted' ? { abort: run.life.receipt } : {}),
    ...(run.life.status === 'error' ? { error: whyError(run) } : {}),
  }
}

/** One page of jobs in the order of their groups. Undefined: the cursor is none of ours. */
export function pageJobs(store: RunStore, query: JobQuery): JobPage | 'bad_cursor' {
  const after = query.cursor === undefined ? null : parsePosition(query.cursor)
  if (after === undefined) return 'bad_cursor'
  const groups = store.readGroups()
  const group = groups.find((g) => g.key === query.group)?.ord
  if (query.group !== undefined && group === undefined) return { jobs: [], next_cursor: null }
  const { limit, status } = query
  const filter = { ...(group === undefined ? {} : { group }), ...(status ? { status } : {}) }
  const jobs = store.pageJobs({ after, limit: limit + 1, ...filter })
  const page = jobs.slice(0, limit)
  const last = jobs.length > limit ? page.at(-1) : undefined
  return {
    jobs: page.map((job) => viewJob(job, groups)),
    next_cursor: last === undefined ? null : `${last.group}.${last.n}`,
  }
}

/** Lines after the one with this number. */
export function pageLines(
  store: RunStore,
  { after, limit }: { readonly after: number; readonly limit: number },
): LogPage {
  const found = store.readLines(after, limit + 1)
  const lines = found.slice(0, limit)
  return { lines, next_after: found.length > limit ? (lines.at(-1)?.seq ?? null) : null }
}

export function checkpointRun(run: Run, store: RunStore): RunCheckpoint {
  const view = viewRun(run, store)
  return { seq: run.seq, view, owner: run.owner, terminal: isEnded(run) }
}

export function checkpointPage(
  store: RunStore,
  { after, limit }: { after: JobPosition | null; limit: number },
): CheckpointPage {
  const groups = store.readGroups()
  const jobs = store.pageJobs({ after, limit })
  const last = jobs.length < limit ? undefined : jobs.at(-1)
  return {
    rows: jobs.map(({ group, external_id, title, status, outcome, attempt, error }) => ({
      group: keyOf(groups, group),
      external_id,
      title,
      status,
      outcome,
      attempt,
      error,
    })),
    next: last === undefined ? null : { group: last.group, n: last.n },
  }
}

function viewGroups(store: RunStore): Record<string, GroupView> {
  const counts = Map.groupBy(store.countJobs(), (count) => count.group)
  const waits = waitsOf(store.readEntries())
  return Object.fromEntries(
    store.readGroups().map(({ ord, key, status, found, reason }) => [
      key,
      {
        status,
        found,
        counts: countGroup(counts.get(ord) ?? []),
        ...(reason === null ? {} : { reason }),
        ...waits.get(ord),
      },
    ]),
  )
}

/** What each group waits for outside, as of the first of its waits to end. */
function waitsOf(entries: readonly Entry[]): Map<number, Pick<GroupView, 'waits'>> {
  const found = new Map<number, Pick<GroupView, 'waits'>>()
  for (const { subject, state, due, waits } of entries.toSorted((a, b) => b.due - a.due)) {
    if (state !== 'held' || waits === null || subject.kind === 'checkpoint') continue
    found.set(subject.group, { waits: { ...waits, until: iso(due) } })
  }
  return found
}

function countGroup(rows: readonly GroupCount[]): Counts {
  const by_status = Object.fromEntries(rows.map((row) => [row.status, row.count]))
  return { total: rows.reduce((sum, row) => sum + row.count, 0), by_status }
}

function viewJob(job: Job, groups: readonly Group[]): JobView {
  const { external_id, title, url, status, outcome, attempt, error } = job
  return {
    group: keyOf(groups, job.group),
    external_id,
    title,
    status,
    attempt,
    ...(url === null ? {} : { url }),
    ...(outcome === null ? {} : { outcome }),
    ...(error === null ? {} : { error }),
  }
}

function whyError(run: Run): { code: string; message: string } {
  return run.tally.groups_closed === 0
    ? { code: 'no_group_planned', message: 'None of the groups could be planned.' }
    : { code: 'no_job_ready', message: 'Jobs failed, and none is ready.' }
}

function withoutZeros(jobs: Run['tally']['jobs']): Counts['by_status'] {
  return Object.fromEntries(Object.entries(jobs).filter(([, count]) => count > 0))
}

function keyOf(groups: readonly Group[], ord: number): string {
  const group = groups[ord]
  if (group === undefined) throw new RangeError(`group ${ord} is not of this run`)
  return group.key
}

function parsePosition(cursor: string): JobPosition | undefined {
  const match = /^([0-9]{1,9})\.([0-9]{1,9})$/.exec(cursor)
  return match === null ? undefined : { group: Number(match[1]), n: Number(match[2]) }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
