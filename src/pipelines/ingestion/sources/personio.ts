import type { ListedPosting, SourceListing } from '../listed.ts'
import { baseOf, boardConfig, type BoardSource, HOST_LABEL, tenantOf } from './board.ts'
import { toPosting } from './facts.ts'
import { toListing } from './item.ts'
import { readInFirst, readListingText } from './listing.ts'
import { defineSource, type ListingPorts } from './source.ts'
import { itemsAt, readXmlItems, textAt, textsAt, type XmlItem } from './xml-items.ts'

const DOMAINS = ['jobs.personio.de', 'jobs.personio.com']

/**
 * Personio's XML feed of positions (https://developer.personio.de/docs/retrieving-open-job-positions). Checked on a
 * recorded feed of 2024, whose descriptions are empty: such a posting's text is read from its page. Without a language
 * in the request, the feed is in the company's own.
 */
export const personio = defineSource({
  name: 'Personio',
  config: boardConfig('personio', HOST_LABEL),
  boardOf: (address) => tenantOf(address, DOMAINS[0] ?? '') ?? tenantOf(address, DOMAINS[1] ?? ''),
  pace: { domains: DOMAINS },
  list,
})

/** Reads the whole feed in one request. A company is on one of the platform's two domains. */
async function list(source: BoardSource, ports: ListingPorts): Promise<SourceListing> {
  const { board } = source
  const bases =
    source.base_url === undefined
      ? DOMAINS.map((domain) => `https://${board}.${domain}`)
      : [baseOf(source, '')]
  return readInFirst(bases, async (base) => {
    const xml = await readListingText({ board, url: `${base}/xml`, redirect: 'unknown' }, ports)
    const positions = readXmlItems(xml, { board, root: 'workzag-jobs', item: 'position' })
    return toListing(board, positions, (position) => toListed(position, base))
  })
}

function toListed(position: XmlItem, base: string): ListedPosting | undefined {
  const id = textAt(position, 'id')
  const offices = [...textsAt(position, 'office'), ...textsAt(position, 'additionalOffices/office')]
  return toPosting({
    id: id ?? undefined,
    title: textAt(position, 'name'),
    url: `${base}/job/${encodeURIComponent(id ?? '')}`,
    places: offices.map((office) => ({ text: office })),
    department: textAt(position, 'department'),
    employer: textAt(position, 'subcompany'),
    employment: [textAt(position, 'employmentType'), textAt(position, 'schedule')],
    salary: salaryOf(position),
    sections: sectionsOf(position),
    posted_at: textAt(position, 'createdAt'),
  })
}

function salaryOf(position: XmlItem) {
  const [min, max, currency, period] = ['min', 'max', 'currencyCode', 'type'].map((field) =>
    textAt(position, `salaryInformation/${field}`),
  )
  return { min, max, currency, period }
}

/** Each part of a description has a name and a text. */
function sectionsOf(position: XmlItem) {
  return itemsAt(position, 'jobDescriptions/jobDescription').map((part) => ({
    heading: textAt(part, 'name'),
    text: textAt(part, 'value'),
  }))
}
