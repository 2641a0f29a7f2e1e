import type { ListedPosting, SourceListing } from '../listed.ts'
import { baseOf, boardConfig, type BoardSource, HOST_LABEL, ownLink, tenantOf } from './board.ts'
import { toPosting } from './facts.ts'
import { classOf, type HtmlRow, provenRows, readRows } from './html-rows.ts'
import { toListing } from './item.ts'
import { readListingText } from './listing.ts'
import { defineSource, type ListingPorts } from './source.ts'

/**
 * JazzHR's career site, whose list is a web page. No recorded response is at hand: the reader follows public
 * descriptions of the page, and fails in words where the page has no row. So a list without any job fails too. The texts
 * are on the jobs' pages.
 */
export const jazzhr = defineSource({
  name: 'JazzHR',
  config: boardConfig('jazzhr', HOST_LABEL),
  boardOf: (address) => tenantOf(address, 'applytojob.com'),
  pace: { domains: ['applytojob.com'] },
  list,
})

/** Reads the whole list in one page. */
async function list(source: BoardSource, ports: ListingPorts): Promise<SourceListing> {
  const { board } = source
  const base = baseOf(source, `https://${board}.applytojob.com`)
  const url = `${base}/apply/jobs`
  const html = await readListingText({ board, url, kind: 'page', format: 'html' }, ports)
  const rows = provenRows(rowsIn(html), { board, isEmpty: false })
  return toListing(board, rows, (row) => toListed(row, base))
}

/** The last cell of a row is the place. */
function rowsIn(html: string): readonly HtmlRow[] {
  return readRows(html, {
    begins: (name, attributes) => name === 'tr' && isRow(attributes.get('id')),
    fieldOf: (name, attributes) => {
      if (name === 'a' && classOf(attributes).includes(' job_title_link ')) return 'title'
      if (classOf(attributes).includes(' resumator_department ')) return 'department'
      return name === 'td' ? 'place' : undefined
    },
    attributes: { href: 'href' },
  })
}

function isRow(id: string | undefined): boolean {
  return id?.startsWith('row_job_') === true
}

function toListed(row: HtmlRow, base: string): ListedPosting | undefined {
  const url = ownLink(base, row['href'])
  return toPosting({
    id: /\/details\/([A-Za-z0-9]+)/.exec(url)?.[1],
    title: row['title'],
    url,
    places: [{ text: row['place']?.replaceAll(/\s+/g, ' ') }],
    department: row['department'],
  })
}
