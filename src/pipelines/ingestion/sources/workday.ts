import { z } from 'zod'

import type { ListedPosting, SourceListing } from '../listed.ts'
import { baseOf, boardConfig, type BoardSource, linkOn } from './board.ts'
import { toPosting } from './facts.ts'
import { lacking, listOf, partOf, text, toListing } from './item.ts'
import { jsonOf, readEnvelope, readListing } from './listing.ts'
import { defineSource, type ListingPorts } from './source.ts'
import { type Applied, type Facet, type FacetPage, readFaceted } from './workday-facets.ts'

const DOMAIN = 'myworkdayjobs.com'
/** Workday refuses more. A board of 20,000 postings has 1,000 pages, for which a plan has 12 minutes. */
const PAGE = 20
/** Some tenants count at most so many, and repeat their first page beyond them. */
const CAP = 2_000
const MAX_PAGES = 1_200

const BOARD = /^([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)\.(wd\d{1,3})\/([A-Za-z0-9_-]{1,100})$/

/**
 * One row of a Workday career site, and its detail. The routes are those of the site's own page. Checked on a recorded
 * list of 2026, and on samples of pages, details and facets. A row has no date: "Posted 3 Days Ago" is none.
 */
const Row = z.object({
  title: z.unknown(),
  externalPath: z.string().regex(/^\/[^?#\\]+$/),
  locationsText: text,
  bulletFields: listOf(z.string()),
})

const Detail = z.object({
  jobPostingInfo: z.object({
    title: text,
    jobDescription: z.string(),
    location: text,
    additionalLocations: listOf(z.string()),
    startDate: text,
    endDate: text,
    timeType: text,
    remoteType: text,
    jobReqId: text,
    externalUrl: text,
  }),
  hiringOrganization: partOf({ name: text }),
})

export const workday = defineSource({
  name: 'Workday',
  config: boardConfig(
    'workday',
    z.string().regex(BOARD, 'a board is the tenant, its host and its site: acme.wd5/External'),
  ),
  boardOf,
  pace: { domains: [DOMAIN], interval_ms: 500 },
  list,
  detail: { kind: 'page', format: 'json', read: readDetail },
})

/** The path may begin with a language. */
function boardOf({ hostname, pathname }: URL): string | undefined {
  if (!hostname.endsWith(`.${DOMAIN}`)) return undefined
  const host = hostname.slice(0, -DOMAIN.length - 1)
  const segments = pathname.split('/').filter((segment) => segment !== '')
  const [first = '', second] = segments
  const isApi = first === 'wday' && second === 'cxs'
  const site = isApi ? segments[3] : /^[a-z]{2}-[A-Z]{2}$/.test(first) ? second : first
  const board = `${host}/${site ?? ''}`
  return BOARD.test(board) ? board : undefined
}

type WorkdaySite = { readonly board: string; readonly page: string; readonly api: string }

function siteOf(source: BoardSource): WorkdaySite {
  const [, tenant = '', host = '', site = ''] = BOARD.exec(source.board) ?? []
  const base = baseOf(source, `https://${tenant}.${host}.${DOMAIN}`)
  return {
    board: source.board,
    page: `${base}/${site}`,
    api: `${base}/wday/cxs/${tenant}/${site}`,
  }
}

/** Reads the list in pages of 20, or in parts by facet. The texts are in the details. */
async function list(source: BoardSource, ports: ListingPorts): Promise<SourceListing> {
  const site = siteOf(source)
  const { items, incomplete, total } = await readFaceted({
    cap: CAP,
    pages: MAX_PAGES,
    read: (applied, offset) => readPage(site, { applied, offset }, ports),
    idOf: (item) => Row.safeParse(item).data?.externalPath,
  })
  return lacking(
    toListing(source.board, items, (item) => toListed(item, site)),
    incomplete,
    total,
  )
}

const Value = z.object({
  id: text,
  count: z.number().nullish().catch(0),
  facetParameter: text,
  values: z.array(z.unknown()).nullish().catch(null),
})
const Page = z.object({
  total: z.int(),
  jobPostings: z.array(z.unknown()),
  facets: listOf(Value),
})

async function readPage(
  { board, api }: WorkdaySite,
  { applied, offset }: { readonly applied: Applied; readonly offset: number },
  ports: ListingPorts,
): Promise<FacetPage> {
  const body = { appliedFacets: applied, limit: PAGE, offset, searchText: '' }
  const answer = await readListing({ board, url: `${api}/jobs`, kind: 'page', body }, ports)
  const page = readEnvelope(Page, answer, { board, list: 'postings' })
  return { items: page.jobPostings, total: page.total, facets: facetsIn(page.facets ?? []) }
}

/** Facets may stand within a group of facets. */
function facetsIn(entries: readonly (z.infer<typeof Value> | null | undefined)[]): Facet[] {
  return entries.flatMap((entry) => {
    const values = (entry?.values ?? []).map((value) => Value.safeParse(value).data)
    const own = values.flatMap((value) =>
      value?.id && !value.facetParameter ? [{ id: value.id, count: value.count ?? 0 }] : [],
    )
    const nested = facetsIn(values.filter((value) => value?.facetParameter))
    return own.length > 0 ? [{ name: entry?.facetParameter ?? '', values: own }, ...nested] : nested
  })
}

function toListed(item: unknown, { page, api }: WorkdaySite): ListedPosting | undefined {
  const row = Row.safeParse(item).data
  if (!row) return undefined
  const listed = toPosting({
    id: idOf(row.externalPath),
    title: row.title,
    url: `${page}${row.externalPath}`,
    places: [{ text: isCount(row.locationsText) ? null : row.locationsText }],
    requisition_id: row.bulletFields?.[0],
  })
  return listed && { ...listed, detail: { source: 'workday', url: `${api}${row.externalPath}` } }
}

/** A path ends with the posting's number. Its place and title before it may change. */
function idOf(path: string): string {
  const number = path.slice(path.lastIndexOf('_') + 1)
  return path.includes('_') && /^[\w-]+$/.test(number) && /\d/.test(number) ? number : path
}

/** Whether a row only counts its places: "5 Locations", "3 Standorte". */
function isCount(places: string | null | undefined): boolean {
  return /^\d+ \S+$/.test(places ?? '')
}

function readDetail(answer: string, listed: ListedPosting): ListedPosting | undefined {
  const detail = Detail.safeParse(jsonOf(answer)).data
  if (!detail) return undefined
  const { jobPostingInfo: info, hiringOrganization } = detail
  return toPosting({
    id: listed.external_id,
    title: info.title ?? listed.title,
    url: linkOn(DOMAIN, info.externalUrl) || listed.url,
    places: [info.location, ...(info.additionalLocations ?? [])].map((place) => ({ text: place })),
    workplace: [info.remoteType],
    employer: hiringOrganization.name,
    requisition_id: info.jobReqId ?? listed.requisition_id,
    employment: [info.timeType],
    sections: [{ text: info.jobDescription }],
    posted_at: info.startDate,
    valid_through: info.endDate,
  })
}
