import type { ListedPosting, SourceListing } from '../listed.ts'
import { baseOf, boardConfig, type BoardSource, ownLink, PATH_NAME, segmentOf } from './board.ts'
import { toPosting } from './facts.ts'
import { classOf, type HtmlRow, provenRows, readRows } from './html-rows.ts'
import { lacking, toListing } from './item.ts'
import { readListingText, sameHost } from './listing.ts'
import { readPages } from './pages.ts'
import { defineSource, type ListingPorts } from './source.ts'

const HOST = 'jobs.jobvite.com'

/**
 * Jobvite's career site, whose list is a web page. Checked on a part of a recorded page of 2026 without its count. The
 * texts are on the jobs' pages. A list that counts more jobs than its pages show is incomplete.
 */
export const jobvite = defineSource({
  name: 'Jobvite',
  config: boardConfig('jobvite', PATH_NAME),
  boardOf: (address) => segmentOf(address, [HOST], ['careers']) ?? segmentOf(address, [HOST]),
  list,
})

async function list(source: BoardSource, ports: ListingPorts): Promise<SourceListing> {
  const { board } = source
  const first = `${baseOf(source, `https://${HOST}`)}/${encodeURIComponent(board)}/jobs`
  const { items, ...end } = await readPages({
    read: async ({ next }) => {
      const url = next === null ? first : sameHost(next, first, board)
      const html = await readListingText({ board, url, kind: 'page', format: 'html' }, ports)
      const { rows, total, more } = readPage(html)
      const proven = provenRows(rows, { board, isEmpty: total === 0 })
      return { items: proven, total, next: more }
    },
    idOf: (row) => row['href'],
  })
  return lacking(
    toListing(board, items, (row) => toListed(row, first)),
    end.incomplete,
    end.total,
  )
}

/** Reads the rows of a page, what it counts ("1 - 50 of 233"), and the address of the next one. */
function readPage(html: string) {
  const rows = readRows(html, {
    begins: (name, attributes) => name === 'a' && JOB.test(attributes.get('href') ?? ''),
    fieldOf: (name, attributes) => {
      if (name === 'a' && JOB.test(attributes.get('href') ?? '')) return 'title'
      return classOf(attributes).includes('jv-job-list-location') ? 'place' : undefined
    },
    attributes: { href: 'href' },
  })
  const [paging] = readRows(html, {
    begins: (_, attributes) => classOf(attributes).includes('jv-pagination-text'),
    fieldOf: (_, attributes) =>
      classOf(attributes).includes('jv-pagination-text') ? 'count' : undefined,
  })
  const [next] = readRows(html, {
    begins: (name, attributes) => name === 'a' && isNext(classOf(attributes)),
    fieldOf: (name) => (name === 'a' ? 'next' : undefined),
    attributes: { href: 'href' },
  })
  const total = /of ([\d,]+)/.exec(paging?.['count'] ?? '')?.[1]
  return {
    rows,
    total: total === undefined ? null : Number(total.replaceAll(',', '')),
    more: next?.['href'] ?? null,
  }
}

const JOB = /\/job\/[A-Za-z0-9]+$/

function isNext(classes: string): boolean {
  return classes.includes('jv-pagination-next')
}

function toListed(row: HtmlRow, first: string): ListedPosting | undefined {
  const url = ownLink(first, row['href'])
  return toPosting({
    id: url.split('/').at(-1) || undefined,
    title: row['title'],
    url,
    places: [{ text: row['place']?.replaceAll(/\s+/g, ' ') }],
  })
}
