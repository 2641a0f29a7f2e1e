import type { Job, JobPair } from '../../src/durable/run/job-state.ts'
import { isOpen } from '../../src/durable/run/job-state.ts'
import { changeOf } from '../../src/durable/run/job-state.ts'
import type { JobPosition } from '../../src/durable/run/run-rpc.ts'
import type {
  GroupCount,
  JobPageQuery,
  JobStatusQuery,
} from '../../src/durable/run/store/run-store.ts'
import type { ListingRange } from '../../src/durable/watch/shown.ts'
import type { ExternalId } from '../../src/protocol/ids.ts'
import type { Journal } from './journal.ts'

/** A run's jobs in memory, with all queries on them. */
export function jobPart(journal: Journal) {
  const jobs = new Map<string, Job>()
  const numbers = new Map<string, number>()
  const put = (job: Job): void => journal.set(jobs, `${job.group}/${job.n}`, job)
  const sorted = (): Job[] => [...jobs.values()].toSorted((a, b) => a.group - b.group || a.n - b.n)
  return {
    insertJobs(rows: readonly Job[]) {
      for (const job of rows) {
        const key = `${job.group}/${job.external_id}`
        if (numbers.has(key) || jobs.has(`${job.group}/${job.n}`)) {
          throw new Error(`job ${key} is there already`)
        }
        journal.set(numbers, key, job.n)
        put(job)
      }
    },
    knownJobs: (group: number, ids: readonly ExternalId[]) =>
      new Set(ids.filter((id) => numbers.has(`${group}/${id}`))),
    readJobs: (group: number, wanted: readonly number[]) =>
      [...new Set(wanted)]
        .toSorted((a, b) => a - b)
        .flatMap((n) => jobs.get(`${group}/${n}`) ?? []),
    writeJobs(changes: readonly JobPair[]) {
      for (const [, job] of changes) put(job)
    },
    jobsIn: ({ statuses, groups, after, limit }: JobStatusQuery) =>
      sorted()
        .filter((job) => isAfter(job, after) && (groups?.includes(job.group) ?? true))
        .filter((job) => (statuses === 'open' ? isOpen(job) : statuses.includes(job.status)))
        .slice(0, limit),
    findJobs(group: number, ids: readonly ExternalId[]) {
      const named = new Set(ids)
      return sorted().filter((job) => job.group === group && named.has(job.external_id))
    },
    changesSince: (seq: number) =>
      sorted()
        .filter(({ told }) => told > seq)
        .map(changeOf),
    listing: ({ after, since }: ListingRange) =>
      sorted()
        .filter((job) => isAfter(job, after) && job.titled > since)
        .map(changeOf),
    countJobs: () => countJobs(sorted()),
    pageJobs: (query: JobPageQuery) => pageJobs(sorted(), query),
  }
}

function countJobs(jobs: readonly Job[]): GroupCount[] {
  const counts = new Map<string, GroupCount>()
  for (const { group, status } of jobs) {
    const key = `${group}/${status}`
    counts.set(key, { group, status, count: (counts.get(key)?.count ?? 0) + 1 })
  }
  return [...counts.values()]
}

function pageJobs(jobs: readonly Job[], { after, limit, group, status }: JobPageQuery): Job[] {
  const page = jobs.filter(
    (job) =>
      isAfter(job, after) &&
      (group === undefined || job.group === group) &&
      (status === undefined || job.status === status),
  )
  return page.slice(0, limit)
}

function isAfter({ group, n }: Job, after: JobPosition | null): boolean {
  return after === null || group > after.group || (group === after.group && n > after.n)
}
