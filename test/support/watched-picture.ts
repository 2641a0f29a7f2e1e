import type { Group } from '../../src/durable/run/group-state.ts'
import type { Job } from '../../src/durable/run/job-state.ts'
import type { Run } from '../../src/durable/run/run-state.ts'
import type { JobDetail } from '../../src/protocol/events.ts'
import type { WatchedRun } from '../../src/protocol/fold.ts'
import { JobStep } from '../../src/protocol/status.ts'
import type { TestRun } from './test-run.ts'

/** The visible state of a run, in one form for watchers and for the run itself. */
export type Picture = {
  readonly status: string
  readonly groups: readonly string[]
  readonly jobs: readonly string[]
  /** Each job's detail, if the watcher asked for details. */
  readonly details: readonly string[]
}

/** The picture of a watcher's state. */
export function pictureOf({ status, groups, jobs }: WatchedRun): Picture {
  const all = [...jobs].flatMap(([group, members]) =>
    [...members.values()].map((job) => ({ group, ...job })),
  )
  return {
    status,
    groups: [...groups].map(([key, group]) => line(key, group)).toSorted(),
    jobs: all.map((job) => line(job.group, job.external_id, job.title, job.status)).toSorted(),
    details: all
      .flatMap(({ group, external_id, detail }) =>
        detail === undefined ? [] : line(group, external_id, detail),
      )
      .toSorted(),
  }
}

/** A run with everything that watchers are shown of it. */
export type Shown = {
  readonly run: Run
  readonly groups: readonly Group[]
  readonly jobs: readonly Job[]
}

/** The picture of the run itself. */
export function pictureIn(test: TestRun): Picture {
  return pictureFrom({ run: test.run, groups: test.store.readGroups(), jobs: test.jobs() })
}

export function pictureFrom({ run, groups, jobs }: Shown): Picture {
  const key = (job: Job): string => groups[job.group]?.key ?? ''
  return {
    status: run.life.status,
    groups: groups
      .map(({ key: name, title, status, found, reason }) => {
        const called = title === null ? {} : { title }
        return line(name, { ...called, status, found, ...(reason === null ? {} : { reason }) })
      })
      .toSorted(),
    jobs: jobs.map((job) => line(key(job), job.external_id, job.title, job.status)).toSorted(),
    details: jobs.map((job) => line(key(job), job.external_id, detailOf(job))).toSorted(),
  }
}

function detailOf({ status, attempt, progress, message, outcome, error }: Job): JobDetail {
  return {
    attempt,
    ...(JobStep.safeParse(status).success ? { step: JobStep.parse(status) } : {}),
    ...(progress === null ? {} : { progress }),
    ...(message === null ? {} : { message }),
    ...(outcome === null ? {} : { outcome }),
    ...(error === null ? {} : { error }),
  }
}

function line(...parts: readonly unknown[]): string {
  return parts.map((part) => (typeof part === 'string' ? part : JSON.stringify(part))).join(' | ')
}
