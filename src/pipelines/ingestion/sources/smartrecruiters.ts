import { z } from 'zod'

import type { ListedPosting, SourceListing } from '../listed.ts'
import { baseOf, boardConfig, type BoardSource, linkOn, PATH_NAME, segmentOf } from './board.ts'
import { toHtml, toPosting, workplaceOf } from './facts.ts'
import { contentOf, flag, idInAddress, lacking, partOf, text, toListing } from './item.ts'
import { jsonOf, readEnvelope, readListing } from './listing.ts'
import { readPages } from './pages.ts'
import { defineSource, type ListingPorts } from './source.ts'

const PUBLIC_ORIGIN = 'https://api.smartrecruiters.com'
const PAGE = 100

const label = partOf({ label: text })
const section = partOf({ title: text, text })

/**
 * One posting of SmartRecruiters' posting API (https://developers.smartrecruiters.com/docs/posting-api), and its
 * detail. Checked on a recorded list of 2018 postings' shape and on a sample of its pages and details.
 */
const Posting = z.object({
  id: z.unknown(),
  name: z.unknown(),
  refNumber: text,
  defaultJobAd: flag,
  company: partOf({ identifier: text, name: text }),
  releasedDate: text,
  location: partOf({
    city: text,
    region: text,
    country: text,
    remote: flag,
    hybrid: flag,
    fullLocation: text,
  }),
  department: label,
  typeOfEmployment: label,
  language: partOf({ code: text }),
  visibility: text,
})
type Posting = z.infer<typeof Posting>

const Detail = z.object({
  active: flag,
  applyUrl: text,
  postingUrl: text,
  jobAd: z.object({
    sections: z.object({
      companyDescription: section,
      jobDescription: section,
      qualifications: section,
      additionalInformation: section,
    }),
  }),
})

export const smartrecruiters = defineSource({
  name: 'SmartRecruiters',
  config: boardConfig('smartrecruiters', PATH_NAME),
  boardOf: (address) =>
    segmentOf(address, ['careers.smartrecruiters.com', 'jobs.smartrecruiters.com']) ??
    segmentOf(address, ['jobs.smartrecruiters.com'], ['oneclick-ui', 'company']) ??
    segmentOf(address, ['api.smartrecruiters.com'], ['v1', 'companies']),
  list,
  detail: { kind: 'api', format: 'json', read: readDetail },
  identify: async (source, ports) => {
    const { board } = source
    const url = `${postingsOf(source)}?limit=1`
    const page = readEnvelope(Page, await readListing({ board, url }, ports), { board })
    const row = Posting.safeParse(page.content[0]).data
    return { name: row?.company.name ?? null, exists: row !== undefined }
  },
})

function postingsOf(source: BoardSource): string {
  const { board } = source
  return `${baseOf(source, PUBLIC_ORIGIN)}/v1/companies/${encodeURIComponent(board)}/postings`
}

const Page = z.object({ totalFound: z.int(), content: z.array(z.unknown()) })

/** Reads the list page by page. The texts are in the details, one request for each posting. */
async function list(source: BoardSource, ports: ListingPorts): Promise<SourceListing> {
  const { board } = source
  const path = postingsOf(source)
  const { items, incomplete, total } = await readPages({
    read: async ({ offset }) => {
      const url = `${path}?limit=${PAGE}&offset=${offset}`
      const page = readEnvelope(Page, await readListing({ board, url }, ports), { board })
      return { items: page.content, total: page.totalFound }
    },
    idOf: (item) => Posting.safeParse(item).data?.id,
  })
  const listing = toListing(board, withoutCopies(items), (item) => toListed(item, path))
  return lacking(listing, total === 0 ? UNPROVEN : incomplete, total)
}

const UNPROVEN =
  'SmartRecruiters counts 0 postings. It gives the same answer for a company that it does not know.'

/**
 * A posting in several languages has a row for each, with the same reference. Keeps the one that the company calls the
 * default. Rows of the same language are postings of their own.
 */
function withoutCopies(items: readonly unknown[]): readonly unknown[] {
  const rows = items.map((item) => ({ item, row: Posting.safeParse(item).data }))
  const byReference = Map.groupBy(rows, ({ row }) => row?.refNumber || row || {})
  return [...byReference.values()].flatMap((copies) => {
    const languages = new Set(copies.map(({ row }) => row?.language.code ?? ''))
    if (languages.size < copies.length) return copies.map(({ item }) => item)
    return [(copies.find(({ row }) => row?.defaultJobAd) ?? copies[0])?.item]
  })
}

function toListed(item: unknown, path: string): ListedPosting | 'unlisted' | undefined {
  const row = Posting.safeParse(item).data
  if (!row) return undefined
  if (row.visibility && row.visibility !== 'PUBLIC') return 'unlisted'
  const listed = toPosting({
    id: row.id,
    title: row.name,
    url: pageOf(row),
    places: [{ ...row.location, text: row.location.fullLocation }],
    workplace: [workplaceOf(row.location)],
    department: row.department.label,
    employer: row.company.name,
    requisition_id: row.refNumber,
    language: row.language.code,
    employment: [row.typeOfEmployment.label],
    posted_at: row.releasedDate,
  })
  if (!listed) return undefined
  const url = `${path}/${encodeURIComponent(listed.external_id)}`
  return { ...listed, detail: { source: 'smartrecruiters', url } }
}

function pageOf({ company, id }: Posting): string | null {
  if (!company.identifier) return null
  const path = [company.identifier, id].map(idInAddress).join('/')
  return `https://jobs.smartrecruiters.com/${path}`
}

function readDetail(answer: string, listed: ListedPosting): ListedPosting | undefined {
  const detail = Detail.safeParse(jsonOf(answer)).data
  if (!detail || detail.active === false) return undefined
  const { companyDescription, jobDescription, qualifications, additionalInformation } =
    detail.jobAd.sections
  const sections = [companyDescription, jobDescription, qualifications, additionalInformation]
  return {
    ...listed,
    url: linkOn('smartrecruiters.com', detail.postingUrl) || listed.url,
    apply_url: linkOn('smartrecruiters.com', detail.applyUrl) || null,
    html: contentOf(toHtml(sections.map((part) => ({ ...part, heading: part.title })))),
  }
}
