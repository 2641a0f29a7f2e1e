import type { VisitKey } from '../../protocol/company.ts'
import type { Json } from '../../protocol/json.ts'
import type { ListedItem } from '../../protocol/posting.ts'
import type { DriftField, FieldCounts, ListingCertificate } from '../../protocol/visit.ts'
import { type JobSeed, PlanFailure, type PlanPorts, type PlanTask } from '../pipeline.ts'
import { isIdOfAddress, underAliases } from './canonical.ts'
import type { CompanyPort } from './company-port.ts'
import { fallenFields, FieldTally, lackingOf, PageTally } from './drift.ts'
import { StoredRef } from './input.ts'
import type { ListedPosting } from './listed.ts'
import type { Payload, PlannedPosting } from './payload.ts'
import { digestOf, READER_VERSION } from './posting-digest.ts'
import { partsOf } from './sources/listing-of.ts'
import { unknownCompany } from './unknown-company.ts'
import { breakOff, endVisit } from './visit.ts'

/** The number of postings in one blob, and in one flight. With equal numbers, a flight needs few blobs. */
export const PAGE_JOBS = 250
/** The most jobs in one flight. Unchanged postings have no content to hold in memory. */
export const FLIGHT_JOBS = 500
/** The most jobs in one flight, if each job fetches a page. */
export const CRAWL_JOBS = 6
/** The most postings that one statement marks or looks up. */
const STATEMENT_IDS = 1_000

type CompanyPlanPorts = PlanPorts & { readonly companies: CompanyPort }

/**
 * Yields the postings of a company's listing as jobs, slice by slice: a large listing is never held whole. Marks each posting as listed before it yields the job.
 * Always ends the visit. The visit expires postings only after the caller took the last batch.
 */
export async function* plan(
  task: PlanTask,
  ports: CompanyPlanPorts,
): AsyncGenerator<readonly JobSeed[]> {
  const { owner, run_id } = task
  const company = StoredRef.parse(task.input)
  const found = await ports.companies.visit({ owner, run_id, company })
  if (!found) throw new PlanFailure(unknownCompany(task.group))
  ports.title(found.name)
  const visit: VisitKey = { owner, company: found.slug, visit: found.visit }
  let ended = false
  try {
    const pages = pageKeys(task)
    const tally = new FieldTally(found.source.type)
    const seen = new PageTally(found.source.type)
    for await (const part of partsOf(found.source, ports)) {
      if (part.kind === 'slice') {
        const named = await underStoredIds(visit, part.postings, ports)
        tally.add(named)
        const keep = fallenFields(tally.counts(), found.recent).map(({ field }) => field)
        yield* batches({ pages, visit, postings: named, keep, seen }, ports)
      } else
        await endVisit(visit, withFields(part.certificate, { tally, seen }, found.recent), ports)
    }
    ended = true
  } finally {
    if (!ended) await breakOff(visit, ports)
  }
}

/** Notes how many postings have each field, by the listing or else by their pages. */
function withFields(
  certificate: ListingCertificate,
  { tally, seen }: { readonly tally: FieldTally; readonly seen: PageTally },
  recent: readonly FieldCounts[],
): ListingCertificate {
  const listed = tally.counts()
  const fields = listed.of > 0 ? listed : seen.counts()
  if (fields.of === 0) return certificate
  const fallen = [...fallenFields(listed, recent), ...seen.fallen()]
  return { ...certificate, fields, ...(fallen.length === 0 ? {} : { fallen }) }
}

/** Names the postings that have their ids from their addresses as they are stored. */
async function underStoredIds(
  visit: VisitKey,
  listed: readonly ListedPosting[],
  { companies }: CompanyPlanPorts,
): Promise<readonly ListedPosting[]> {
  const crawled = listed.filter(({ html }) => html === null)
  const addressed = await Promise.all(crawled.map(isIdOfAddress))
  const asked = crawled.filter((_, n) => addressed[n]).map(({ external_id }) => external_id)
  const aliases = new Map<string, string>()
  for (const some of slices(asked, STATEMENT_IDS)) {
    for (const [alias, id] of await companies.aliases(visit, some)) aliases.set(alias, id)
  }
  return underAliases(listed, aliases)
}

type Planned = {
  readonly pages: () => string
  readonly visit: VisitKey
  readonly postings: readonly ListedPosting[]
  /** The fields that the source seems to have lost. */
  readonly keep: readonly DriftField[]
  readonly seen: PageTally
}

async function* batches(
  planned: Planned,
  ports: CompanyPlanPorts,
): AsyncGenerator<readonly JobSeed[]> {
  const { pages } = planned
  for (const some of slices(planned.postings, STATEMENT_IDS)) {
    const { unchanged, listed, crawled } = await sort({ ...planned, postings: some }, ports)
    const { visit } = planned.visit
    for (const page of slices(unchanged, FLIGHT_JOBS)) {
      yield page.map((item) => seed(item, { kind: 'unchanged', visit }))
    }
    for (const page of slices(listed, PAGE_JOBS)) {
      const blob = pages()
      await ports.blobs.put(blob, [...page])
      yield page.map((item, index) => {
        const keep = lackingOf(item, planned.keep)
        const lost = keep.length === 0 ? {} : { keep }
        return {
          ...seed(item, { kind: 'listed', blob, index, visit, ...lost }),
          flight_jobs: PAGE_JOBS,
        }
      })
    }
    if (crawled.length > 0) yield* crawls({ ...planned, postings: crawled }, ports)
  }
}

type Sorted = Readonly<Record<'unchanged' | 'crawled', readonly ListedPosting[]>> & {
  readonly listed: readonly PlannedPosting[]
}

/** Marks the postings as listed, and sorts them by the work that each needs. */
async function sort(planned: Planned, { companies }: CompanyPlanPorts): Promise<Sorted> {
  const items = await Promise.all(planned.postings.map(withDigest))
  const equal = await companies.markListed(planned.visit, items.map(itemOf))
  const sorted = Object.groupBy(items, (item): keyof Sorted => {
    if (hasOwnPage(item)) return 'crawled'
    return equal.has(item.digest?.sha256 ?? '') ? 'unchanged' : 'listed'
  })
  return { unchanged: [], listed: [], crawled: [], ...sorted }
}

async function withDigest(posting: ListedPosting): Promise<PlannedPosting> {
  if (posting.html === null) return posting
  return { ...posting, digest: { reader: READER_VERSION, sha256: await digestOf(posting) } }
}

function itemOf({ external_id, digest }: PlannedPosting): ListedItem {
  return { external_id, digest: digest?.sha256 ?? null }
}

/** A posting without content and without an address cannot be crawled. Its job fails and says so. */
function hasOwnPage({ html, url, detail }: ListedPosting): boolean {
  return html === null && (url !== '' || detail !== undefined)
}

async function* crawls(
  planned: Planned,
  ports: CompanyPlanPorts,
): AsyncGenerator<readonly JobSeed[]> {
  const { visit } = planned
  const ids = planned.postings.map(({ external_id }) => external_id)
  const pages = await ports.companies.knownPages(visit, ids)
  planned.seen.add(pages.values())
  for (const some of slices(planned.postings, PAGE_JOBS)) {
    yield some.map((listed) => {
      const known = pages.get(listed.external_id) ?? null
      const accept = known ? planned.seen.accepted(known, visit.visit) : []
      const told = accept.length === 0 ? {} : { accept }
      return {
        ...seed(listed, { kind: 'page', listed, visit: visit.visit, known, ...told }),
        flight_jobs: CRAWL_JOBS,
      }
    })
  }
}

function pageKeys({ run_id, group, attempt }: PlanTask): () => string {
  let page = 0
  return () => `runs/${run_id}/${group}/${attempt}/${page++}.json`
}

function* slices<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let from = 0; from < items.length; from += size) yield items.slice(from, from + size)
}

function seed({ external_id, title, url }: ListedPosting, payload: Payload & Json): JobSeed {
  return { external_id, title, ...(url === '' ? {} : { url }), payload }
}
