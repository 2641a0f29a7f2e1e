import type { PlacedJob, PlacedLine } from '../../protocol/archive.ts'
import type { GroupKey } from '../../protocol/ids.ts'
import type { LogLine, LogPage } from '../../protocol/log.ts'
import type { Group } from './group-state.ts'
import type { Job } from './job-state.ts'
import type { JobPosition, LiveJobPage } from './run-rpc.ts'

/** Reads a cursor: the position after which a page of jobs begins. Null: the page begins at the first job. */
export function pageStart(cursor: string | undefined): JobPosition | null | 'bad_cursor' {
  if (cursor === undefined) return null
  const match = /^([0-9]{1,9})\.([0-9]{1,9})$/.exec(cursor)
  return match === null ? 'bad_cursor' : { group: Number(match[1]), n: Number(match[2]) }
}

/** Whether a job is at this position or before it. */
export function isUpTo(job: PlacedJob, { group, n }: JobPosition): boolean {
  return job.group_ord < group || (job.group_ord === group && job.n <= n)
}

/** Makes a page of at most `limit` jobs. `jobs` are in order, and hold one job more if there is a further page. */
export function jobPage(jobs: readonly PlacedJob[], limit: number): LiveJobPage {
  const page = jobs.slice(0, limit)
  const last = jobs.length > limit ? page.at(-1) : undefined
  return {
    jobs: page.map(viewJob),
    next_cursor: last === undefined ? null : `${last.group_ord}.${last.n}`,
  }
}

/** Makes a page of log lines from `found`, which holds one line more if there is a further page. */
export function linePage(found: readonly LogLine[], limit: number): LogPage {
  const lines = found.slice(0, limit)
  return { lines, next_after: found.length > limit ? (lines.at(-1)?.seq ?? null) : null }
}

/** The line as its readers get it, without its place in the run. */
export function lineOf({ as_of: _seq, late: _late, ...line }: PlacedLine): LogLine {
  return line
}

export function placeJob(job: Job, groups: readonly Group[]): PlacedJob {
  const { group, n, external_id, title, url, status, outcome, attempt, error } = job
  const shown = { external_id, title, url, status, outcome, attempt, error }
  return { group: groupKey(groups, group), ...shown, group_ord: group, n }
}

export function groupKey(groups: readonly Group[], ord: number): GroupKey {
  const group = groups[ord]
  if (group === undefined) throw new RangeError(`group ${ord} is not of this run`)
  return group.key
}

function viewJob(job: PlacedJob): LiveJobPage['jobs'][number] {
  const { group, external_id, title, url, status, outcome, attempt, error } = job
  return {
    group,
    external_id,
    title,
    status,
    attempt,
    ...(url === null ? {} : { url }),
    ...(outcome === null ? {} : { outcome }),
    ...(error === null ? {} : { error }),
  }
}
