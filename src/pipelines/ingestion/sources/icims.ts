import type { ListedPosting, SourceListing } from '../listed.ts'
import { unescapeText } from '../rich-text.ts'
import { baseOf, boardConfig, type BoardSource, HOST_LABEL, ownLink, tenantOf } from './board.ts'
import { toPosting } from './facts.ts'
import { classOf, type HtmlRow, provenRows, readRows } from './html-rows.ts'
import { lacking, toListing } from './item.ts'
import { readListingText } from './listing.ts'
import { readPages } from './pages.ts'
import { defineSource, type ListingPorts } from './source.ts'

/**
 * iCIMS' career site, whose list and postings are web pages within a frame. Checked on a part of a recorded page of 2026.
 * The board is the whole name before the host, as its prefix differs: `careers-acme`, `uscareers-acme`. A date stands in
 * the list as month and day in an unknown order, so the posting's page gives it.
 */
export const icims = defineSource({
  name: 'iCIMS',
  config: boardConfig('icims', HOST_LABEL),
  boardOf: (address) => tenantOf(address, 'icims.com'),
  pace: { domains: ['icims.com'] },
  list,
  detail: { kind: 'page', format: 'html' },
})

/** Reads the list page by page. The page behind the last one is the last one again, so the page's own links count. */
async function list(source: BoardSource, ports: ListingPorts): Promise<SourceListing> {
  const { board } = source
  const base = baseOf(source, `https://${board}.icims.com`)
  const { items, incomplete } = await readPages({
    read: async ({ page }) => {
      const url = `${base}/jobs/search?ss=1&in_iframe=1&pr=${page - 1}`
      const html = await readListingText({ board, url, kind: 'page', format: 'html' }, ports)
      const rows = provenRows(rowsIn(html), { board, isEmpty: html.includes('iCIMS_NoResults') })
      return { items: rows, total: null, next: page <= lastPage(html) ? String(page) : null }
    },
    idOf: (item) => JSON.stringify(item),
  })
  return lacking(
    toListing(board, items, (row) => toListed(row, base)),
    incomplete,
  )
}

/** The largest number in the links between pages. The first page has the number 0. */
function lastPage(html: string): number {
  const numbers = [...html.matchAll(/[?&;]pr=(\d{1,5})/g)].map(([, number]) => Number(number))
  return Math.max(0, ...numbers)
}

function rowsIn(html: string): readonly HtmlRow[] {
  return readRows(html, {
    begins: (name, attributes) =>
      name === 'li' && classOf(attributes).includes(' iCIMS_JobCardItem '),
    fieldOf: (name, attributes, block) => {
      if (name === 'a' && classOf(attributes).includes('iCIMS_Anchor')) return 'link'
      if (/^h[1-6]$/.test(name)) return 'title'
      const isPlace = name === 'span' && block.includes(' header ') && block.includes(' left ')
      return isPlace && !classOf(attributes).includes('field-label') ? 'place' : undefined
    },
    attributes: { href: 'href' },
  })
}

function toListed(row: HtmlRow, base: string): ListedPosting | undefined {
  const link = ownLink(base, row['href'])
  const url = link.split('?')[0] ?? ''
  const listed = toPosting({
    id: /\/jobs\/(\d+)\//.exec(url)?.[1],
    title: unescapeText(row['title'] ?? ''),
    url,
    places: [{ text: row['place'] }],
  })
  return listed && { ...listed, detail: { source: 'icims', url: `${url}?in_iframe=1` } }
}
