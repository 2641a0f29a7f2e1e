import type { Source } from '../../protocol/company.ts'
import { type JobSeed, PlanFailure, type PlanPorts, type PlanTask } from '../pipeline.ts'
import type { CompanyPort } from './company-port.ts'
import { StoredRef } from './input.ts'
import type { Listed, ListingReader } from './listed.ts'
import { listGreenhouse } from './sources/greenhouse.ts'

/** As many postings as one flight carries, so that a flight reads one blob. */
export const PAGE_JOBS = 100

const readers: Record<Source['type'], ListingReader> = { greenhouse: listGreenhouse }

/** The postings of one company's listing, each page put aside before its jobs are named. */
export async function* plan(
  task: PlanTask,
  ports: PlanPorts & { readonly companies: CompanyPort },
): AsyncGenerator<readonly JobSeed[]> {
  const company = StoredRef.parse(task.input)
  const found = await ports.companies.visit({ owner: task.owner, company })
  if (!found) throw new PlanFailure(unknown(task.group))
  const listed = await readers[found.source.type](found.source, ports)
  for (let page = 0; page * PAGE_JOBS < listed.length; page++) {
    const items = listed.slice(page * PAGE_JOBS, (page + 1) * PAGE_JOBS)
    const blob = `runs/${task.run_id}/${task.group}/${task.attempt}/${page}.json`
    await ports.blobs.put(blob, items)
    yield items.map((item, index) => seed(item, { blob, index, visit: found.visit }))
  }
}

function unknown(slug: string) {
  const message = `There is no company "${slug}"; give it with its name and source once.`
  return { code: 'company_unknown', message, retryable: false }
}

function seed(item: Listed, payload: { blob: string; index: number; visit: number }): JobSeed {
  const { external_id, title, url } = item
  return { external_id, title, ...(url === '' ? {} : { url }), payload }
}
