import { z } from 'zod'

import type { ListedPosting, SourceListing } from '../listed.ts'
import { readNode } from '../page/job-posting.ts'
import { isNode } from '../page/value.ts'
import { toRichText } from '../rich-text.ts'
import { webLink } from '../web-link.ts'
import { baseOf, boardConfig, type BoardSource, HOST_LABEL, tenantOf } from './board.ts'
import { contentOf, ItemId, ItemTitle, lacking, text, toListing } from './item.ts'
import { readEnvelope, readInFirst, readListingAt, sameHost } from './listing.ts'
import { readPages } from './pages.ts'
import { defineSource, type ListingPorts } from './source.ts'

/**
 * One item of Teamtailor's JSON Feed (https://www.jsonfeed.org/version/1.1/), which carries the JobPosting of its page.
 * Checked on a recorded feed of 2026, whose texts are cut off. A company's own domain answers at the same path: give it
 * as `base_url`.
 */
const Item = z.object({
  id: ItemId,
  title: ItemTitle,
  url: text,
  date_published: text,
  date_modified: text,
  content_html: text,
  _jobposting: z.unknown().optional(),
})

const Feed = z.object({ items: z.array(z.unknown()), next_url: text })

export const teamtailor = defineSource({
  name: 'Teamtailor',
  config: boardConfig('teamtailor', HOST_LABEL),
  boardOf: (address) =>
    tenantOf(address, 'na.teamtailor.com') ?? tenantOf(address, 'teamtailor.com'),
  pace: { domains: ['na.teamtailor.com', 'teamtailor.com'] },
  list,
})

/** Reads the feed from the first of the platform's regions that has the board. */
function list(source: BoardSource, ports: ListingPorts): Promise<SourceListing> {
  const { board } = source
  const regions = [`https://${board}.teamtailor.com`, `https://${board}.na.teamtailor.com`]
  const bases = source.base_url === undefined ? regions : [baseOf(source, '')]
  return readInFirst(bases, (base) => readFeed(board, `${base}/jobs.json`, ports))
}

/** Reads the feed page by page. Each page names the next one, on the company's own domain if it answers there. */
async function readFeed(board: string, first: string, ports: ListingPorts): Promise<SourceListing> {
  let landed = first
  const { items, incomplete } = await readPages({
    read: async ({ next }) => {
      const asked = next === null ? first : sameHost(next, landed, board)
      const { json, url } = await readListingAt({ board, url: asked }, ports)
      landed = url
      const feed = readEnvelope(Feed, json, { board })
      return { items: feed.items, total: null, next: feed.next_url || null }
    },
    idOf: (item) => Item.safeParse(item).data?.id,
  })
  return lacking(toListing(board, items, toListed), incomplete)
}

function toListed(item: unknown): ListedPosting | undefined {
  const read = Item.safeParse(item).data
  if (!read) return undefined
  const url = webLink(read.url)
  const { _jobposting: node } = read
  const { title: _title, ...advert } = readNode(isNode(node) ? node : {}, url)
  return {
    ...advert,
    external_id: read.id,
    title: read.title,
    url,
    html: contentOf(toRichText(read.content_html ?? '')) ?? advert.html,
    posted_at: read.date_published ?? advert.posted_at,
    updated_at: read.date_modified ?? advert.updated_at,
  }
}
