import type { ListedPosting, SourceListing } from '../listed.ts'
import { baseOf, boardConfig, type BoardSource, HOST_NAME, ownLink } from './board.ts'
import { toPosting } from './facts.ts'
import { toListing } from './item.ts'
import { readListingText } from './listing.ts'
import { defineSource, type ListingPorts } from './source.ts'
import { readXmlItems, textAt, type XmlItem } from './xml-items.ts'

/**
 * The feed of a SuccessFactors career site (Recruiting Marketing): RSS with the fields of Google's job feeds. No recorded
 * response is at hand: the reader follows public descriptions of the feed, and fails in words where the answer is another
 * document, as such sites send a page of an error that parses as XML. The feed's name is misspelt on every site. Sites
 * without a feed have a sitemap: give them as a site.
 */
export const successfactors = defineSource({
  name: 'SuccessFactors',
  config: boardConfig('successfactors', HOST_NAME),
  list,
})

/** Reads the whole feed in one request. */
async function list(source: BoardSource, ports: ListingPorts): Promise<SourceListing> {
  const { board } = source
  const base = baseOf(source, `https://${board}`)
  const xml = await readListingText({ board, url: `${base}/sitemal.xml`, kind: 'page' }, ports)
  const items = readXmlItems(xml, { board, root: 'rss', item: 'item' })
  return toListing(board, items, (item) => toListed(item, base))
}

function toListed(item: XmlItem, base: string): ListedPosting | undefined {
  const url = ownLink(base, textAt(item, 'link'))
  const place = textAt(item, 'g:location')
  return toPosting({
    id: textAt(item, 'g:id') ?? lastSegment(url),
    title: titleWithout(textAt(item, 'title') ?? '', place),
    url,
    places: [{ text: place }],
    employer: textAt(item, 'g:employer'),
    employment: [textAt(item, 'g:job_type')],
    sections: [{ text: textAt(item, 'description') }],
    posted_at: textAt(item, 'pubDate') ?? textAt(item, 'g:publish_date'),
    valid_through: textAt(item, 'g:expiration_date'),
  })
}

/** An address ends with the job's number: `/job/Berlin-Baker-10115/123456/`. */
function lastSegment(url: string): string | undefined {
  return url
    .split('/')
    .filter((segment) => segment !== '')
    .at(-1)
}

/** The feed adds the place to the title: `Baker (Berlin, BE, DE)`. Other words in brackets belong to the title. */
function titleWithout(title: string, place: string | null): string {
  const added = ` (${place})`
  return place !== null && title.endsWith(added) ? title.slice(0, -added.length) : title
}
