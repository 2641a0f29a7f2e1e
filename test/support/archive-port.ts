import type { ArchivePort } from '../../src/archive/archive-port.ts'
import { archiveJobs, archiveLines, archiveRun } from '../../src/durable/run/archival.ts'
import { isUpTo } from '../../src/durable/run/job-page.ts'
import { runInputs } from '../../src/durable/run/run-views.ts'
import type { TestRun } from './test-run.ts'

/** Reads from a test's run what the archive writes to Postgres. */
export function portOf({ run, store }: TestRun): ArchivePort {
  const { seq } = run
  const whole = { seq, limit: 100_000 }
  const archive = archiveRun(run, store)
  const jobs = archiveJobs({ run, store }, { ...whole, after: null })?.rows ?? []
  const lines = archiveLines({ run, store }, { ...whole, after: 0 })?.lines ?? []
  return {
    readRun: async ({ owner, run_id }) =>
      archive?.owner === owner && run.run_id === run_id ? archive : undefined,
    readInputs: async () => runInputs(store),
    readJobs: async (_, { after, limit, group, status }) =>
      jobs
        .filter(
          (job) =>
            (after === null || !isUpTo(job, after)) &&
            (group === undefined || job.group === group) &&
            (status === undefined || job.status === status),
        )
        .slice(0, limit),
    readJob: async (_, { group, external_id }) =>
      jobs.find((job) => job.group === group && job.external_id === external_id),
    readLines: async (_, { after, limit }) =>
      lines.filter(({ seq: at }) => at > after).slice(0, limit),
  }
}
