import { z } from 'zod'

import type { ListedPosting, SourceListing } from '../listed.ts'
import { baseOf, boardConfig, type BoardSource, PATH_NAME, segmentOf } from './board.ts'
import { toPosting } from './facts.ts'
import { idInAddress, lacking, number, partOf, text, toListing } from './item.ts'
import { readEnvelope, readListing, readListingText, unreadable } from './listing.ts'
import { readPages } from './pages.ts'
import { defineSource, type ListingPorts } from './source.ts'

const named = partOf({ name: text })

/**
 * One job of a company on join.com. No recorded response is at hand: the reader follows public descriptions of the
 * company's page and of its list, and fails in words where either has another shape. The texts are on the jobs' pages.
 */
const Job = z.object({
  id: z.unknown(),
  idParam: text,
  title: z.unknown(),
  location: text,
  city: partOf({ cityName: text, countryName: text }),
  workplaceType: text,
  category: named,
  employmentType: named,
  createdAt: text,
})

export const join = defineSource({
  name: 'JOIN',
  config: boardConfig('join', PATH_NAME),
  boardOf: (address) => segmentOf(address, ['join.com', 'www.join.com'], ['companies']),
  list,
})

const Page = z.object({
  items: z.array(z.unknown()),
  pagination: z.object({ totalPages: number, pageCount: number }),
})

/** Reads the company's number from its page, and then its list page by page. */
async function list(source: BoardSource, ports: ListingPorts): Promise<SourceListing> {
  const { board } = source
  const base = baseOf(source, 'https://join.com')
  const company = `${base}/companies/${encodeURIComponent(board)}`
  const html = await readListingText({ board, url: company, kind: 'page', format: 'html' }, ports)
  const companyId = numberIn(html)
  if (companyId === undefined) throw unreadable(`The page of the company "${board}" has no number.`)
  const { items, incomplete } = await readPages({
    read: async ({ page }) => {
      const query = `page=${page}&pageSize=50&sort=%2Btitle&withAggregations=true`
      const url = `${base}/api/public/companies/${companyId}/jobs?${query}`
      const answer = await readListing({ board, url, kind: 'page' }, ports)
      const read = readEnvelope(Page, answer, { board })
      const pages = read.pagination.totalPages ?? read.pagination.pageCount
      return { items: read.items, total: null, ...nextOf(page, pages) }
    },
    idOf: (item) => Job.safeParse(item).data?.id,
  })
  return lacking(
    toListing(board, items, (item) => toListed(item, company)),
    incomplete,
  )
}

function numberIn(html: string): string | undefined {
  return (
    /"company":\{"id":"?(\d{1,12})\b/.exec(html)?.[1] ??
    /"companyId":"?(\d{1,12})\b/.exec(html)?.[1]
  )
}

/** Without a number of pages, a page without jobs is the last one. */
function nextOf(page: number, pages: number | null | undefined): { next?: string | null } {
  if (pages === null || pages === undefined) return {}
  return { next: page < pages ? String(page + 1) : null }
}

function toListed(item: unknown, company: string): ListedPosting | undefined {
  const job = Job.safeParse(item).data
  if (!job) return undefined
  return toPosting({
    id: job.id,
    title: job.title,
    url: `${company}/${idInAddress(job.idParam ?? job.id)}`,
    places: [{ text: job.location, city: job.city.cityName, country: job.city.countryName }],
    workplace: [job.workplaceType],
    department: job.category.name,
    employment: [job.employmentType.name],
    posted_at: job.createdAt,
  })
}
