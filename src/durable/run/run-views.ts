import { formatCursor } from '../../protocol/cursor.ts'
import type { LogPage } from '../../protocol/log.ts'
import { shownNamingOf } from '../../protocol/naming.ts'
import type { Counts, GroupView, RunSubject, RunView } from '../../protocol/run.ts'
import { countGroups } from '../../protocol/run.ts'
import { asGranted, viewAttempts } from './attempts.ts'
import type { Group } from './group-state.ts'
import { groupKey, jobPage, linePage, pageStart, placeJob } from './job-page.ts'
import { isOpen } from './job-state.ts'
import { shownPause } from './pause.ts'
import { flightOf, type RunEntry } from './run-outbox.ts'
import type {
  CheckpointPage,
  JobName,
  JobPosition,
  JobQuery,
  LiveJob,
  LiveJobPage,
  RunCheckpoint,
  RunInputs,
} from './run-rpc.ts'
import type { Run } from './run-state.ts'
import { abortReceipt, isEnded, nounsOf, rankOf, startedAt } from './run-state.ts'
import type { GroupCount, RunStore } from './store/run-store.ts'
import { jobCounts, problems } from './tally.ts'

/** The answer of `GET /api/runs/:id`. */
export function viewRun(run: Run, store: RunStore, watchers = 0): RunView {
  const started = startedAt(run)
  const groups = store.readGroups()
  const receipt = abortReceipt(run)
  return {
    run_id: run.run_id,
    pipeline: run.pipeline,
    ...shownNamingOf(run),
    ...(run.named === undefined ? {} : { named: run.named }),
    subject: subjectOf(groups),
    status: run.life.status,
    round: run.round,
    cursor: formatCursor(run),
    counts: jobCounts(run.tally),
    group_counts: countGroups(groups),
    problems: problems(run.tally),
    groups: viewGroups(groups, store),
    watchers,
    created_at: iso(run.created_at),
    ...(started === null ? {} : { started_at: iso(started) }),
    ...('ended_at' in run.life ? { ended_at: iso(run.life.ended_at) } : {}),
    ...('snapshot' in run.life ? { snapshot: run.life.snapshot } : {}),
    ...(receipt === undefined ? {} : { abort: receipt }),
    ...shownPause(run),
    ...rankOf(run),
    ...(run.life.status === 'error' ? { error: whyError(run) } : {}),
  }
}

/** One page of jobs in the order of their groups. */
export function pageJobs(store: RunStore, query: JobQuery): LiveJobPage | 'bad_cursor' {
  const after = pageStart(query.cursor)
  if (after === 'bad_cursor') return after
  const groups = store.readGroups()
  const group = groups.find((g) => g.key === query.group)?.ord
  if (query.group !== undefined && group === undefined) return { jobs: [], next_cursor: null }
  const { limit, status } = query
  const filter = { ...(group === undefined ? {} : { group }), ...(status ? { status } : {}) }
  const jobs = store.pageJobs({ after, limit: limit + 1, ...filter })
  return jobPage(
    jobs.map((job) => placeJob(job, groups)),
    limit,
  )
}

/** One job as it is now. */
export function liveJob(store: RunStore, { group, external_id }: JobName): LiveJob | undefined {
  const ord = store.readGroups().find(({ key }) => key === group)?.ord
  const [job] = ord === undefined ? [] : store.findJobs(ord, [external_id])
  if (job === undefined) return undefined
  const flight = flightOf(job, store.readEntries())
  const { status, progress, message, error, title, url, outcome, attempt, attempts } = asGranted(
    job,
    flight ?? {},
  )
  const waits = flight && waitOf(flight)
  return {
    status,
    title,
    attempt,
    attempts: viewAttempts(attempts),
    ...(url === null ? {} : { url }),
    ...(outcome === null ? {} : { outcome }),
    ...(waits === undefined ? {} : { waits }),
    ...(progress === null ? {} : { progress }),
    ...(message === null ? {} : { message }),
    ...(error === null ? {} : { error }),
  }
}

/** What a flight waits for outside of the run. */
function waitOf({ state, waits, due }: RunEntry): GroupView['waits'] {
  return state === 'held' && waits !== null ? { ...waits, until: iso(due) } : undefined
}

/** What the run's start gave each group. */
export function runInputs(store: RunStore): RunInputs {
  return {
    groups: store.readGroups().map(({ key, ord }) => ({ key, input: store.readInput(ord) })),
  }
}

/** Lines after the one with this number. */
export function pageLines(
  store: RunStore,
  { after, limit }: { readonly after: number; readonly limit: number },
): LogPage {
  return linePage(store.readLines(after, limit + 1), limit)
}

export function checkpointRun(run: Run, store: RunStore): RunCheckpoint {
  const view = viewRun(run, store)
  return { seq: run.seq, view, owner: run.owner, terminal: isEnded(run) }
}

/**
 * Returns a page of ended jobs for Postgres. Leaves out a job that a retry opened while the pages were read: if
 * its old row were written late, that row would replace the new result under the same attempt.
 */
export function checkpointPage(
  store: RunStore,
  { after, limit }: { after: JobPosition | null; limit: number },
): CheckpointPage {
  const groups = store.readGroups()
  const jobs = store.pageJobs({ after, limit })
  const last = jobs.length < limit ? undefined : jobs.at(-1)
  return {
    rows: jobs
      .filter((job) => !isOpen(job))
      .map(({ group, external_id, title, status, outcome, attempt, error }) => ({
        group: groupKey(groups, group),
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

function subjectOf(groups: readonly Group[]): RunSubject {
  const [first] = groups
  if (first === undefined || groups.length > 1) return { groups: groups.length }
  return { groups: 1, title: first.title ?? first.key }
}

function viewGroups(groups: readonly Group[], store: RunStore): Record<string, GroupView> {
  const counts = Map.groupBy(store.countJobs(), (count) => count.group)
  const waits = waitsOf(store.readEntries())
  return Object.fromEntries(
    groups.map(({ ord, key, title, status, found, reason }) => [
      key,
      {
        ...(title === null ? {} : { title }),
        status,
        found,
        counts: countGroup(counts.get(ord) ?? []),
        ...(reason === null ? {} : { reason }),
        ...waits.get(ord),
      },
    ]),
  )
}

/** For each group, the wait outside the run that ends first. */
function waitsOf(entries: readonly RunEntry[]): Map<number, Pick<GroupView, 'waits'>> {
  const found = new Map<number, Pick<GroupView, 'waits'>>()
  for (const { subject, state, due, waits } of entries.toSorted((a, b) => b.due - a.due)) {
    if (state !== 'held' || waits === null || !('group' in subject)) continue
    found.set(subject.group, { waits: { ...waits, until: iso(due) } })
  }
  return found
}

function countGroup(rows: readonly GroupCount[]): Counts {
  const by_status = Object.fromEntries(rows.map((row) => [row.status, row.count]))
  return { total: rows.reduce((sum, row) => sum + row.count, 0), by_status }
}

/** Why all of the run failed, for a run whose status is `error`. */
export function whyError(run: Run): { code: string; message: string } {
  const { job, list } = nounsOf(run)
  return run.tally.groups_closed === 0
    ? { code: 'no_group_planned', message: `No ${list.one} could be read.` }
    : { code: 'no_job_ready', message: `No ${job.one} is ready, and some failed.` }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
