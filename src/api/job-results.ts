import { DatabaseUnavailable } from '../db/connect.ts'
import type { JobResults, ResultsQuery } from '../db/job-results.ts'
import type { LiveJobPage } from '../durable/run/run-rpc.ts'
import type { RunName } from '../protocol/ids.ts'
import type { Json } from '../protocol/json.ts'
import type { JobPage } from '../protocol/run.ts'
import { callDatabase } from './calls.ts'
import type { ApiPorts } from './ports.ts'

/** The most bytes of the results of one page of jobs. A page with larger results ends earlier. */
const RESULTS_BYTES = 1_000_000

type Listed = LiveJobPage['jobs'][number]

/** Reads a page of at most `limit` jobs. `Answer` is an answer that is no page. */
type ReadPage<Answer> = (limit: number) => Promise<LiveJobPage | Answer>

/**
 * Reads a page of jobs with the results of its ready jobs. If the results are large, the page has fewer jobs.
 * While Postgres cannot be reached, the page has `results_unavailable` instead of results. Returns an answer
 * that is no page as it is.
 */
export async function readWithResults<Answer extends string | undefined>(
  ports: Pick<ApiPorts, 'readResults'>,
  { limit, ...run }: RunName & { readonly limit: number },
  readPage: ReadPage<Answer>,
): Promise<JobPage | Answer> {
  const page = await readPage(limit)
  if (!isPage(page) || !page.jobs.some(isReady)) return page
  const query = { ...run, jobs: page.jobs, most_bytes: RESULTS_BYTES }
  const found = await resultsOrNone(ports, query)
  if (found === undefined) return { ...page, results_unavailable: true }
  const { results, left_out } = found
  // Jobs may have changed since, so the shorter page is read anew.
  if (left_out > 0) return readWithResults(ports, { ...run, limit: results.length }, readPage)
  return withResults(page, results)
}

/** Reads results. Resolves to undefined if Postgres cannot be reached. */
async function resultsOrNone(
  { readResults }: Pick<ApiPorts, 'readResults'>,
  query: ResultsQuery,
): Promise<JobResults | undefined> {
  try {
    return await readResults(query)
  } catch (error) {
    if (error instanceof DatabaseUnavailable) return undefined
    throw error
  }
}

/** Reads the result of one job. Throws a problem if Postgres cannot be reached. */
export async function readResult(
  { readResults }: Pick<ApiPorts, 'readResults'>,
  run: RunName,
  job: Pick<Listed, 'group' | 'external_id' | 'status'>,
): Promise<{ readonly result?: Json }> {
  if (!isReady(job)) return {}
  const query = { ...run, jobs: [job], most_bytes: RESULTS_BYTES }
  const { results } = await callDatabase(() => readResults(query))
  return resultOf(results[0])
}

function withResults(page: LiveJobPage, results: readonly (Json | undefined)[]): JobPage {
  const jobs = page.jobs.map((job, n) => (isReady(job) ? { ...job, ...resultOf(results[n]) } : job))
  return { ...page, jobs }
}

function resultOf(result: Json | undefined): { readonly result?: Json } {
  return result === undefined ? {} : { result }
}

function isReady({ status }: Pick<Listed, 'status'>): boolean {
  return status === 'ready'
}

function isPage(answer: LiveJobPage | string | undefined): answer is LiveJobPage {
  return typeof answer === 'object'
}
