import type { Company } from '../../protocol/company.ts'
import { GroupKey } from '../../protocol/ids.ts'
import type { Json } from '../../protocol/json.ts'
import type { GroupSeed, Pipeline } from '../pipeline.ts'
import type { CompanyPort } from './company-port.ts'
import { IngestionInput, slugOf } from './input.ts'
import { FLIGHT_JOBS, plan } from './plan.ts'
import { work } from './work.ts'

/**
 * A job may take longer than a fetch, so that a slow source fails by the time-out of the fetch and not of the job.
 */
const JOB_MS = 45_000

/** The platform ends a consumer after 15 minutes. */
const PLAN_MS = 12 * 60_000

/** Reads job postings from companies' career sites. A group is a company, a job is one of its postings. */
export const ingestion: Pipeline<IngestionInput, { readonly companies: CompanyPort }> = {
  name: 'ingestion',
  input: IngestionInput,
  limits: { flight_jobs: FLIGHT_JOBS, plan_deadline_ms: PLAN_MS, job_deadline_ms: JOB_MS },
  nouns: {
    group: { one: 'company', many: 'companies' },
    job: { one: 'posting', many: 'postings' },
    list: { one: 'job list', many: 'job lists' },
  },
  phases: { planning: 'Reading job lists', working: 'Reading postings' },
  steps: [
    { step: 'crawling', words: 'Reading the page' },
    { step: 'extracting', words: 'Making the posting' },
  ],
  queue: { name: 'runcast-ingestion', binding: 'INGESTION_QUEUE' },
  groups: (input) =>
    input.companies.map((company): GroupSeed => {
      const key = GroupKey.parse(slugOf(company))
      // The plan names a stored company later, so that the start of a run needs no Postgres.
      if (typeof company === 'string') return { key, input: company }
      return { key, title: company.name, input: toJson(company) }
    }),
  inputOf: (groups) => ({ companies: groups.map(({ input }) => input) }),
  plan,
  work,
}

/** Leaves out fields that are undefined: a JSON value has none. */
function toJson({ slug, name, source }: Company): Json {
  const fields: Record<string, string> = {}
  for (const [field, value] of Object.entries(source)) {
    if (value !== undefined) fields[field] = value
  }
  return { slug, name, source: fields }
}
