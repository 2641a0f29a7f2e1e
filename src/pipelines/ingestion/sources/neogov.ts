import type { ListedPosting, SourceListing } from '../listed.ts'
import { baseOf, boardConfig, type BoardSource, linkOn, PATH_NAME, segmentOf } from './board.ts'
import { toPosting } from './facts.ts'
import { toListing } from './item.ts'
import { readListingText } from './listing.ts'
import { defineSource, type ListingPorts } from './source.ts'
import { readXmlItems, textAt, type XmlItem } from './xml-items.ts'

/**
 * NEOGOV's feed of an agency's jobs on governmentjobs.com: RSS with fields of its own. Checked on a recorded feed of
 * 2026.
 */
export const neogov = defineSource({
  name: 'NEOGOV',
  config: boardConfig('neogov', PATH_NAME),
  boardOf: (address) =>
    segmentOf(address, ['www.governmentjobs.com', 'governmentjobs.com'], ['careers']),
  list,
})

/** Reads the whole feed in one request. */
async function list(source: BoardSource, ports: ListingPorts): Promise<SourceListing> {
  const { board } = source
  const base = baseOf(source, 'https://www.governmentjobs.com')
  const url = `${base}/SearchEngine/JobsFeed?agency=${encodeURIComponent(board)}`
  const xml = await readListingText({ board, url, kind: 'page' }, ports)
  const items = readXmlItems(xml, { board, root: 'rss', item: 'item' })
  return toListing(board, items, toListed)
}

function toListed(item: XmlItem): ListedPosting | undefined {
  const own = (name: string) => textAt(item, `joblisting:${name}`)
  return toPosting({
    id: own('jobId') ?? undefined,
    title: textAt(item, 'title'),
    url: linkOn('governmentjobs.com', textAt(item, 'link')),
    places: [{ text: own('location') }],
    department: own('department'),
    employment: [own('jobType')],
    salary: {
      min: own('minimumSalary'),
      max: own('maximumSalary'),
      currency: own('salaryCurrency'),
      period: own('salaryInterval'),
    },
    sections: [
      { text: textAt(item, 'description') },
      { heading: 'Duties', text: own('examplesofduties') },
      { heading: 'Qualifications', text: own('qualifications') },
      { heading: 'Supplemental information', text: own('supplementalinformation') },
    ],
    posted_at: own('advertiseFromDateUTC') ?? textAt(item, 'pubDate'),
    valid_through: own('advertiseToDateTimeUTC'),
  })
}
