import type { Company, Slug } from '../../protocol/company.ts'
import type { Owner } from '../../protocol/ids.ts'
import type { CompanyPreview } from '../../protocol/preview.ts'
import type { Reason } from '../../protocol/status.ts'
import { MustWait } from '../fetch.ts'
import { PlanFailure, type PlanPorts } from '../pipeline.ts'
import { extract } from './extract.ts'
import { slugOf } from './input.ts'
import type { ListedPosting, SourceListing } from './listed.ts'
import type { Comparison, PreviewPort } from './preview-port.ts'
import { readListingOf } from './sources/listing-of.ts'
import { unknownCompany } from './unknown-company.ts'

const SAMPLE = 5

type PreviewPorts = Pick<PlanPorts, 'fetch' | 'signal'> & { readonly companies: PreviewPort }

/** Returns what a run for this company would find. Reads the listing as a run does, and writes nothing. */
export async function previewCompany(
  { owner, company }: { owner: Owner; company: Slug | Company },
  ports: PreviewPorts,
): Promise<CompanyPreview> {
  const slug = slugOf(company)
  try {
    const whole =
      typeof company === 'string' ? await ports.companies.find({ owner, slug }) : company
    if (!whole) throw new PlanFailure(unknownCompany(slug))
    const listing = await readListingOf(whole.source, ports)
    const found = listing.postings.map((listed) => ({
      external_id: listed.external_id,
      posting: extract(listed) ?? null,
    }))
    const comparison = await ports.companies.compare({ owner, company: slug, found })
    return { company: slug, ...sum(listing, comparison) }
  } catch (error) {
    return { company: slug, status: 'failed', reason: reasonOf(error) }
  }
}

/** Returns the reason if the listing could not be read. Rethrows any other error: the preview does not explain it. */
function reasonOf(error: unknown): Reason {
  if (error instanceof MustWait) return error.reason
  if (!(error instanceof PlanFailure)) throw error
  const { code, message } = error.failure
  return { code, message }
}

/** Reports gone postings only for a complete listing. An incomplete one may just lack them. */
function sum(
  listing: Pick<SourceListing, 'postings' | 'incomplete'>,
  { outcomes, gone, held }: Comparison,
) {
  const complete = listing.incomplete === null
  const by = Map.groupBy(listing.postings, ({ external_id }) => outcomes.get(external_id))
  return {
    status: 'read' as const,
    complete,
    found: listing.postings.length,
    new: some(by.get('new')),
    changed: some(by.get('changed')),
    unchanged: some(by.get('unchanged')),
    unread: some(by.get('known')),
    gone: complete ? { count: gone.count, sample: gone.sample.slice(0, SAMPLE) } : some([]),
    held: complete && held,
  }
}

function some(postings: readonly ListedPosting[] = []) {
  const sample = postings.slice(0, SAMPLE)
  return {
    count: postings.length,
    sample: sample.map(({ external_id, title }) => ({ external_id, title })),
  }
}
