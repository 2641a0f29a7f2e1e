import { z } from 'zod'

import type { ListedPosting, SourceListing } from '../listed.ts'
import { readNode } from '../page/job-posting.ts'
import { fieldOf, isNode, textOf } from '../page/value.ts'
import { webLink } from '../web-link.ts'
import { baseOf, boardConfig, type BoardSource, HOST_LABEL, tenantOf } from './board.ts'
import { ItemId, counted, number, toListing } from './item.ts'
import { readEnvelope, readListing } from './listing.ts'
import { defineSource, type ListingPorts } from './source.ts'

/**
 * Softgarden's feed of JobPostings (https://schema.org/DataFeed). No recorded response is at hand: the reader follows the
 * public description of the feed, and fails in words where the answer is no feed. Old boards have none (404): give them
 * as a site.
 */
export const softgarden = defineSource({
  name: 'softgarden',
  config: boardConfig('softgarden', HOST_LABEL),
  boardOf: (address) => tenantOf(address, 'career.softgarden.de'),
  pace: { domains: ['career.softgarden.de'] },
  list,
})

const Feed = z.object({ numberOfItems: number, dataFeedElement: z.array(z.unknown()) })

/** Reads the whole feed in one request. */
async function list(source: BoardSource, ports: ListingPorts): Promise<SourceListing> {
  const { board } = source
  const url = `${baseOf(source, `https://${board}.career.softgarden.de`)}/jobs.feed.json`
  const feed = readEnvelope(Feed, await readListing({ board, url }, ports), { board })
  return counted(toListing(board, feed.dataFeedElement, toListed), feed.numberOfItems)
}

function toListed(element: unknown): ListedPosting | undefined {
  const item = fieldOf(element, 'item')
  if (!isNode(item)) return undefined
  const url = webLink(textOf(item['url']))
  const id = ItemId.safeParse(textOf(fieldOf(item['identifier'], 'value')) ?? undefined)
  const { title, ...advert } = readNode(item, url)
  if (!id.success || title === null) return undefined
  return { ...advert, external_id: id.data, title, url }
}
