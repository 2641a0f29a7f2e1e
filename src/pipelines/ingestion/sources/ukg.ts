import { z } from 'zod'

import type { ListedPosting, SourceListing } from '../listed.ts'
import { baseOf, boardConfig, type BoardSource } from './board.ts'
import { toHtml, toPosting } from './facts.ts'
import { jsonBehind } from './html-rows.ts'
import {
  contentOf,
  flag,
  idInAddress,
  lacking,
  listOf,
  number,
  partOf,
  text,
  toListing,
} from './item.ts'
import {
  jsonOf,
  readEnvelope,
  readListing,
  readListingText,
  sameHost,
  unreadable,
} from './listing.ts'
import { readPages } from './pages.ts'
import { defineSource, type ListingPorts } from './source.ts'

const BOARD =
  /^(recruiting\d{0,2}\.ultipro\.(?:com|ca))\/([A-Za-z0-9]{1,40})\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i
const PAGE = 50

const coded = partOf({ Code: text, Name: text })

/**
 * One opportunity of a UKG Pro job board, and its detail, which is data in its page's script. No recorded response is at
 * hand: the reader follows public descriptions of both, and fails in words where either has another shape.
 */
const Opportunity = z.object({
  Id: z.unknown(),
  Title: z.unknown(),
  RequisitionNumber: text,
  FullTime: flag,
  JobCategoryName: text,
  JobLocationType: number,
  PostedDate: text,
  Locations: listOf(
    z.object({
      LocalizedName: text,
      LocalizedDescription: text,
      Address: partOf({ City: text, State: coded, Country: coded }),
    }),
  ),
})

const Detail = z.object({ Id: text, Description: z.string(), OpportunityIsClosed: flag })

export const ukg = defineSource({
  name: 'UKG Pro',
  config: boardConfig(
    'ukg',
    z
      .string()
      .regex(BOARD, 'a board is the host, the tenant and the long id of its address, divided by /'),
  ),
  boardOf: ({ hostname, pathname }) => {
    const [tenant = '', , id = ''] = pathname.split('/').filter((segment) => segment !== '')
    const board = `${hostname}/${tenant}/${id}`
    return BOARD.test(board) ? board : undefined
  },
  list,
  detail: { kind: 'page', format: 'html', read: readDetail },
})

const Page = z.object({ totalCount: z.int(), opportunities: z.array(z.unknown()) })

/** Asks the board's page for the address of its list, and reads the list page by page. */
async function list(source: BoardSource, ports: ListingPorts): Promise<SourceListing> {
  const { board } = source
  const [, host = '', tenant = '', id = ''] = BOARD.exec(board) ?? []
  const page = `${baseOf(source, `https://${host}`)}/${tenant}/JobBoard/${id}`
  const html = await readListingText(
    { board, url: `${page}/`, kind: 'page', format: 'html' },
    ports,
  )
  const loadUrl = /loadUrl\s?:\s?["']([^"'\s]{1,500})["']/.exec(html)?.[1]
  if (loadUrl === undefined) throw unreadable(`The page of the board "${board}" names no job list.`)
  const url = sameHost(loadUrl.replaceAll(String.raw`\/`, '/'), page, board)
  const { items, incomplete } = await readPages({
    read: async ({ offset }) => {
      const answer = await readListing({ board, url, kind: 'page', body: search(offset) }, ports)
      const { opportunities, totalCount } = readEnvelope(Page, answer, { board })
      return { items: opportunities, total: totalCount }
    },
    idOf: (item) => Opportunity.safeParse(item).data?.Id,
  })
  return lacking(
    toListing(board, items, (item) => toListed(item, page)),
    incomplete,
  )
}

function search(Skip: number): object {
  const OrderBy = [{ Value: 'postedDateDesc', PropertyName: 'PostedDate', Ascending: false }]
  return { opportunitySearch: { Top: PAGE, Skip, QueryString: '', OrderBy, Filters: [] } }
}

function toListed(item: unknown, page: string): ListedPosting | undefined {
  const read = Opportunity.safeParse(item).data
  if (!read) return undefined
  const id = idInAddress(read.Id)
  const url = `${page}/OpportunityDetail?opportunityId=${id}`
  const listed = toPosting({
    id: read.Id,
    title: read.Title,
    url,
    places: (read.Locations ?? []).map(
      (place) =>
        place && {
          text: place.Address.City ? null : (place.LocalizedName ?? place.LocalizedDescription),
          city: place.Address.City,
          region: place.Address.State.Code ?? place.Address.State.Name,
          country: place.Address.Country.Name ?? place.Address.Country.Code,
        },
    ),
    workplace: [read.JobLocationType === 2 ? 'remote' : null],
    department: read.JobCategoryName,
    requisition_id: read.RequisitionNumber,
    employment: [timeOf(read.FullTime)],
    posted_at: read.PostedDate,
  })
  return listed && { ...listed, detail: { source: 'ukg', url } }
}

function timeOf(full: boolean | null | undefined): string | null {
  if (typeof full !== 'boolean') return null
  return full ? 'full time' : 'part time'
}

/** An opportunity that is no longer open has a page without data, or says so. */
function readDetail(html: string, listed: ListedPosting): ListedPosting | undefined {
  const data = jsonBehind(html, 'new US.Opportunity.CandidateOpportunityDetail(')
  const detail = Detail.safeParse(jsonOf(data ?? '')).data
  if (!detail || detail.Id !== listed.external_id || detail.OpportunityIsClosed) return undefined
  return { ...listed, html: contentOf(toHtml([{ text: detail.Description }])) }
}
