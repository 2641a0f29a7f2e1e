import type { Group } from '../durable/run/group-state.ts'
import { isUpTo, lineOf } from '../durable/run/job-page.ts'
import type { JobChange } from '../durable/run/job-state.ts'
import type { JobPosition } from '../durable/run/run-rpc.ts'
import type { Run } from '../durable/run/run-state.ts'
import type { ListingRange, ShownRows } from '../durable/run/store/run-store.ts'
import type { PlacedJob, PlacedLine } from '../protocol/archive.ts'

/** An archived run with its groups, jobs and lines, in order. */
type RowsParts = {
  readonly run: Run
  readonly groups: readonly Group[]
  readonly jobs: readonly PlacedJob[]
  readonly lines: readonly PlacedLine[]
}

/** Offers the rows that frames are made of. The archive keeps no seq of each row, so each has the run's last seq. */
export function archivedRows({ run, groups, jobs, lines }: RowsParts): ShownRows {
  const { seq } = run
  return {
    readRun: () => run,
    readGroups: () => [...groups],
    groupsSince: (since) => (since < seq ? [...groups] : []),
    changesSince: (since) => (since < seq ? jobs.map((job) => changeAt(job, seq)) : []),
    *listing({ after, since }: ListingRange) {
      if (since >= seq) return
      for (let at = placeAfter(jobs, after); at < jobs.length; at += 1) {
        const job = jobs[at]
        if (job !== undefined) yield changeAt(job, seq)
      }
    },
    linesSince({ seq: from, upTo, limit }) {
      const found = lines.filter(({ late, as_of }) => !late && as_of > from && as_of <= upTo)
      const told = found.slice(0, limit).map(lineOf)
      return { lines: told, dropped: found.length - told.length }
    },
  }
}

function changeAt(job: PlacedJob, seq: number): JobChange {
  const { group_ord: group, n, external_id, title, status, outcome, attempt, error } = job
  const shown = { group, n, external_id, title, status, outcome, attempt, error }
  return { ...shown, progress: null, message: null, added: seq, titled: seq, seq, told: seq }
}

/** Finds the first job after a position, by binary search: each page of a listing asks for its start. */
function placeAfter(jobs: readonly PlacedJob[], after: JobPosition | null): number {
  if (after === null) return 0
  let [from, to] = [0, jobs.length]
  while (from < to) {
    const middle = (from + to) >> 1
    const job = jobs[middle]
    if (job !== undefined && isUpTo(job, after)) from = middle + 1
    else to = middle
  }
  return from
}
