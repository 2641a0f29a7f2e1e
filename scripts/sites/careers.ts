import { bend, type BoardView, companyOf, listedIn } from './board-view.ts'
import { htmlBody } from './body.ts'
import { escapeHtml, page } from './html.ts'
import type { ListingRoute } from './listing-route.ts'
import { placeOf, type PostingKey, titleOf } from './posting.ts'
import { sitePageOf } from './site-address.ts'

const PAGE_POSTINGS = 50

/** The pages of a site's listing. `rel=next` leads from one page to the next. */
export const careersPage: ListingRoute = {
  path: /^\/sites\/([^/]+)\/careers$/,
  body: (view, url) => {
    const company = companyOf(view)
    if (view.fault === 'wrong-shape') return htmlBody(page(company, '<h1>We are hiring</h1>'))
    const at = Math.max(1, Number(url.searchParams.get('page') ?? 1) || 1)
    const next = nextOf(view, at)
    const list = `<ul>${itemsOf(view, at).join('')}</ul>`
    const paging = next === null ? '' : `<p><a rel="next" href="${next}">More</a></p>`
    const head = next === null ? '' : `<link rel="next" href="${next}">`
    return htmlBody(page(company, `${MENU}<h1>Jobs</h1>${list}${paging}`, head))
  },
}

/**
 * Returns the address of the next page. With the fault `repeated-page` there is always a next one, and
 * every page shows the postings of the first.
 */
function nextOf(view: BoardView, at: number): string | null {
  const more = listedIn(view).length > at * PAGE_POSTINGS
  return more || view.fault === 'repeated-page' ? `?page=${at + 1}` : null
}

function itemsOf(view: BoardView, at: number): string[] {
  const first = view.fault === 'repeated-page' ? 0 : (at - 1) * PAGE_POSTINGS
  const keys = listedIn(view).slice(first, first + PAGE_POSTINGS)
  return bend(
    view.fault,
    keys.map((key) => item(view, key)),
    ODD_LINKS,
  )
}

function item(view: BoardView, key: PostingKey): string {
  const href = escapeHtml(link(sitePageOf(view, key.number), key.number))
  return `<li><a href="${href}">${escapeHtml(titleOf(key))}</a> ${escapeHtml(placeOf(key))}</li>`
}

/** Writes the address in full, from the root, or relative to the page, in turn. */
function link(address: string, number: number): string {
  const { pathname, search } = new URL(address)
  if (number % 3 === 0) return address
  return number % 3 === 1 ? pathname + search : `jobs/${pathname.split('/').at(-1)}${search}`
}

/** Links that do not lead to a posting of this site. */
const MENU =
  '<nav><a href="about">About</a> <a href="#jobs">Jobs</a> ' +
  '<a href="mailto:jobs@elsewhere.test">Write</a> ' +
  '<a href="https://elsewhere.test/jobs/1">Elsewhere</a></nav>'

const ODD_LINKS = [
  '<li><a>no address</a></li>',
  '<li><a href="">an empty one</a></li>',
  '<li><a href="javascript:alert(1)">a script</a></li>',
  '<li><a href="http://[">a broken one</a></li>',
]
