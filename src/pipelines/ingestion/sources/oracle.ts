import { z } from 'zod'

import type { ListedPosting, SourceListing } from '../listed.ts'
import { baseOf, boardConfig, type BoardSource } from './board.ts'
import { toHtml, toPosting, workplaceIn } from './facts.ts'
import { contentOf, idInAddress, lacking, listOf, number, text, toListing } from './item.ts'
import { jsonOf, readEnvelope, readListing } from './listing.ts'
import { readPages } from './pages.ts'
import { defineSource, type ListingPorts } from './source.ts'

const DOMAIN = '.oraclecloud.com'
const BOARD = /^([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.fa\.[a-z0-9]{2,20})\/([A-Za-z0-9_-]{1,100})$/

/**
 * One requisition of Oracle Recruiting's candidate site, and its detail
 * (https://docs.oracle.com/en/cloud/saas/human-resources/farws/, recruitingCEJobRequisitions). Checked on a recorded list
 * and detail of 2026. The recorded list claims no total: it is then read until a page is empty.
 */
const Requisition = z.object({
  Id: z.unknown(),
  Title: z.unknown(),
  PostedDate: text,
  PrimaryLocation: text,
  PrimaryLocationCountry: text,
  secondaryLocations: listOf(z.object({ Name: text, CountryCode: text })),
  WorkplaceTypeCode: text,
  WorkplaceType: text,
  Department: text,
  JobSchedule: text,
})

const Detail = z.object({
  Id: z.union([z.string(), z.number()]).transform(String),
  ExternalDescriptionStr: text,
  ExternalResponsibilitiesStr: text,
  ExternalQualificationsStr: text,
  ExternalPostedStartDate: text,
  ExternalPostedEndDate: text,
  WorkplaceTypeCode: text,
  WorkplaceType: text,
})
/** A search by id answers with a list of one, and the address of a requisition with it alone. */
const DetailAnswer = z.union([
  z.object({ items: z.tuple([Detail]) }).transform(({ items }) => items[0]),
  Detail,
])

export const oracle = defineSource({
  name: 'Oracle Recruiting',
  config: boardConfig(
    'oracle',
    z.string().regex(BOARD, 'a board is the host and the number of the site: eabc.fa.us2/CX_1'),
  ),
  boardOf,
  list,
  detail: { kind: 'page', format: 'json', read: readDetail },
})

function boardOf({ hostname, pathname }: URL): string | undefined {
  if (!hostname.endsWith(DOMAIN)) return undefined
  const site = /\/sites\/([A-Za-z0-9_-]+)/.exec(pathname)?.[1] ?? ''
  const board = `${hostname.slice(0, -DOMAIN.length)}/${site}`
  return BOARD.test(board) ? board : undefined
}

const Page = z.object({
  items: z.tuple([z.object({ TotalJobsCount: number, requisitionList: z.array(z.unknown()) })]),
})

/** Reads the list page by page. Limit and offset count only within the finder. The texts are in the details. */
async function list(source: BoardSource, ports: ListingPorts): Promise<SourceListing> {
  const { board } = source
  const [, host = '', site = ''] = BOARD.exec(board) ?? []
  const base = baseOf(source, `https://${host}${DOMAIN}`)
  const api = `${base}/hcmRestApi/resources/latest/recruitingCEJobRequisition`
  const { items, incomplete, total } = await readPages({
    read: async ({ offset }) => {
      const finder = `findReqs;siteNumber=${site},limit=200,offset=${offset},sortBy=POSTING_DATES_DESC`
      const url = `${api}s?onlyData=true&expand=requisitionList.secondaryLocations&finder=${finder}`
      const page = readEnvelope(Page, await readListing({ board, url, kind: 'page' }, ports), {
        board,
        list: 'requisitions',
      })
      const { requisitionList, TotalJobsCount } = page.items[0]
      return { items: requisitionList, total: TotalJobsCount ?? null }
    },
    idOf: (item) => Requisition.safeParse(item).data?.Id,
  })
  const at = { api, site, page: `${base}/hcmUI/CandidateExperience/en/sites/${site}/job` }
  return lacking(
    toListing(board, items, (item) => toListed(item, at)),
    incomplete,
    total,
  )
}

type CandidateSite = { readonly api: string; readonly site: string; readonly page: string }

function toListed(item: unknown, { api, site, page }: CandidateSite): ListedPosting | undefined {
  const row = Requisition.safeParse(item).data
  if (!row) return undefined
  const others = row.secondaryLocations ?? []
  const listed = toPosting({
    id: row.Id,
    title: row.Title,
    url: `${page}/${idInAddress(row.Id)}`,
    places: [
      { text: row.PrimaryLocation, country: row.PrimaryLocationCountry },
      ...others.map((place) => place && { text: place.Name, country: place.CountryCode }),
    ],
    workplace: [row.WorkplaceTypeCode, row.WorkplaceType],
    department: row.Department,
    employment: [row.JobSchedule],
    posted_at: row.PostedDate,
  })
  const id = encodeURIComponent(`"${listed?.external_id}"`)
  const url = `${api}Details?expand=all&onlyData=true&finder=ById;Id=${id},siteNumber=${site}`
  return listed && { ...listed, detail: { source: 'oracle', url } }
}

function readDetail(answer: string, listed: ListedPosting): ListedPosting | undefined {
  const detail = DetailAnswer.safeParse(jsonOf(answer)).data
  if (!detail || detail.Id !== listed.external_id) return undefined
  const sections = [
    { text: detail.ExternalDescriptionStr },
    { text: detail.ExternalResponsibilitiesStr },
    { text: detail.ExternalQualificationsStr },
  ]
  return {
    ...listed,
    ...workplaceIn([detail.WorkplaceTypeCode, detail.WorkplaceType]),
    html: contentOf(toHtml(sections)),
    posted_at: detail.ExternalPostedStartDate ?? listed.posted_at,
    valid_through: detail.ExternalPostedEndDate ?? null,
  }
}
