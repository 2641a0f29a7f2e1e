import type { WatchedJob, WatchedRun } from '../../src/protocol/fold.ts'
import { kept } from '../parts/kept.ts'
import type { JobMap } from '../parts/tally.ts'

type FailedJob = {
  readonly group: string
  readonly external_id: string
  readonly title: string
  readonly message: string
}

/** All failures of a run with one code. */
export type FailureKind = {
  readonly code: string
  /** The groups whose list could not be read, each with the message. */
  readonly groups: readonly { readonly group: string; readonly message: string }[]
  readonly jobs: readonly FailedJob[]
}

type RunFailures = Pick<WatchedRun, 'groups' | 'jobs'>

/** Groups what failed in a run by the codes, the most frequent code first. */
export function failuresOf(run: RunFailures): FailureKind[] {
  const groups = Map.groupBy(failedGroups(run), ({ code }) => code)
  const jobs = Map.groupBy(failedJobs(run), ({ code }) => code)
  const codes = new Set([...groups.keys(), ...jobs.keys()])
  return [...codes]
    .map((code) => ({ code, groups: groups.get(code) ?? [], jobs: jobs.get(code) ?? [] }))
    .toSorted((one, other) => sizeOf(other) - sizeOf(one))
}

function failedGroups({ groups }: RunFailures) {
  return [...groups].flatMap(([group, { status, reason = UNKNOWN }]) =>
    status === 'failed' ? [{ group, ...reason }] : [],
  )
}

function failedJobs({ jobs }: RunFailures) {
  return [...jobs].flatMap(([group, members]) =>
    failedIn(members).map(({ external_id, title, detail }) => ({
      group,
      external_id,
      title,
      ...(detail?.error ?? UNKNOWN),
    })),
  )
}

const failedIn = kept((members: JobMap): readonly WatchedJob[] =>
  [...members.values()].filter(({ status }) => status === 'failed'),
)

const UNKNOWN = { code: 'unknown', message: '' }

function sizeOf({ groups, jobs }: FailureKind): number {
  // A list that could not be read hides all of its jobs.
  return groups.length * 1_000 + jobs.length
}
