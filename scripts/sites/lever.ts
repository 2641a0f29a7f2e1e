import { bend, type BoardView, listedIn } from './board-view.ts'
import { htmlBody, jsonBody } from './body.ts'
import { boardName } from './company.ts'
import { escapeHtml, page, textOf } from './html.ts'
import type { ListingRoute } from './listing-route.ts'
import {
  contentOf,
  departmentOf,
  payOf,
  placeOf,
  type PostingKey,
  publishedAt,
  titleOf,
  uuidOf,
} from './posting.ts'
import { pick } from './random.ts'
import { SENTENCES } from './words.ts'

/** Lever's postings API (https://github.com/lever/postings-api). Without `mode=json` it answers with a page. */
export const leverListing: ListingRoute = {
  path: /^\/v0\/postings\/([^/]+)$/,
  body: (view, url) => {
    if (url.searchParams.get('mode') !== 'json') return htmlBody(linksPage(view))
    if (view.fault === 'wrong-shape') return jsonBody({ positions: [] })
    const items: unknown[] = listedIn(view).map((key) => posting(view, key))
    return jsonBody(asked(bend(view.fault, items, ODD_ITEMS), url, view))
  },
}

/** Applies `skip` and `limit`. The fault `repeated-page` ignores `skip`. */
function asked(items: unknown[], { searchParams }: URL, { fault }: BoardView): unknown[] {
  const skip = fault === 'repeated-page' ? 0 : Number(searchParams.get('skip') ?? 0)
  const limit = Number(searchParams.get('limit') ?? Infinity)
  return items.slice(skip, skip + limit)
}

/** A posting. Every third one names no pay, every fourth no commitment, every fifth no workplace. */
function posting(view: BoardView, key: PostingKey): object {
  const { number } = key
  const hostedUrl = pageOf(view, key)
  return {
    ...(view.fault === 'no-content' ? {} : texts(key, view.settings.content)),
    categories: categories(key),
    createdAt: publishedAt(key) + number,
    id: uuidOf(key),
    text: titleOf(key),
    country: number % 2 === 0 ? 'DE' : null,
    workplaceType: number % 5 === 0 ? 'unspecified' : pick(WORKPLACES, key.seed, number, 'at'),
    ...(number % 3 === 0 ? {} : { salaryRange: { ...SALARY, ...payOf(key) } }),
    hostedUrl,
    applyUrl: `${hostedUrl}/apply`,
  }
}

/** The description in three parts: the beginning, the lists, and the closing words. */
function texts(key: PostingKey, content: number): object {
  const description = contentOf(key, content)
  const additional = `<div>${escapeHtml(sentence(key, 'closing'))}</div>`
  return {
    additionalPlain: textOf(additional),
    additional,
    descriptionPlain: textOf(description),
    description,
    lists: key.number % 6 === 0 ? [] : [list(key, 'You will'), list(key, 'You bring & show')],
  }
}

function list(key: PostingKey, text: string): object {
  const items = ['first', 'second'].map((at) => `<li>${escapeHtml(sentence(key, text + at))}</li>`)
  return { text, content: `\n${items.join('\n')}` }
}

function sentence({ seed, board, number }: PostingKey, at: string): string {
  return pick(SENTENCES, seed, board, number, at)
}

function categories(key: PostingKey): object {
  const location = placeOf(key)
  const commitment = pick(COMMITMENTS, key.seed, key.board, key.number, 'commitment')
  return {
    ...(key.number % 4 === 0 ? {} : { commitment }),
    location,
    team: departmentOf(key),
    allLocations: key.number % 7 === 0 ? [location, 'Lisbon, Portugal'] : [location],
  }
}

function pageOf({ origin, board }: BoardView, key: PostingKey): string {
  return `${origin}/${boardName(board)}/jobs/${uuidOf(key)}`
}

function linksPage(view: BoardView): string {
  const links = listedIn(view).map(
    (key) => `<li><a href="${pageOf(view, key)}">${escapeHtml(titleOf(key))}</a></li>`,
  )
  return page('Jobs', `<ul>${links.join('')}</ul>`)
}

const WORKPLACES = ['remote', 'hybrid', 'on-site'] as const
const COMMITMENTS = ['Full-time', 'Part-time', 'Contract', 'Internship', 'Werkstudent'] as const
const SALARY = { currency: 'EUR', interval: 'per-year-salary' } as const

/** Items that are no object, or that lack an id or a title, and one whose other fields have wrong types. */
const ODD_ITEMS = [
  null,
  { text: 'Without an id' },
  { id: 'without-a-title' },
  {
    id: 'odd-1',
    text: 'An odd one \u0000',
    description: '<p>Odd, and still a posting.</p><script>alert(1)</script>',
    categories: 'Nowhere',
    createdAt: 'yesterday',
    lists: { text: 'no list' },
    salaryRange: { min: 'much', max: null },
    hostedUrl: 'javascript:alert(1)',
  },
]
