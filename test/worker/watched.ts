import type { Watchers } from '../../src/durable/watch/watchers.ts'
import type { Stub } from './object.ts'
import { alice, within } from './object.ts'

/** Returns the number of a run's watchers. */
export function watchersOf(run: Stub): Promise<number> {
  return within(run, (object) => {
    const { watchers }: { watchers: Watchers } = Reflect.get(object, 'watch')
    return watchers.size
  })
}

/** Reads the jobs' statuses from a run's object, by external id by group. */
export async function jobsIn(run: Stub): Promise<Record<string, Record<string, string>>> {
  const page = await run.jobs({ owner: alice, limit: 1_000 })
  if (page === undefined || page === 'bad_cursor') throw new Error('the run has no jobs')
  const jobs: Record<string, Record<string, string>> = {}
  for (const { group, external_id, status } of page.jobs) {
    jobs[group] = { ...jobs[group], [external_id]: status }
  }
  return jobs
}
