import { bend, type BoardView, companyOf, listedIn } from './board-view.ts'
import { jsonBody } from './body.ts'
import { boardName } from './company.ts'
import { escapeHtml } from './html.ts'
import type { ListingRoute } from './listing-route.ts'
import {
  changedAt,
  contentOf,
  departmentOf,
  idOf,
  languageOf,
  placeOf,
  type PostingKey,
  publishedAt,
  titleOf,
} from './posting.ts'

/** Greenhouse's job board API (https://developers.greenhouse.io/job-board.html). */
export const greenhouseListing: ListingRoute = {
  path: /^\/v1\/boards\/([^/]+)\/jobs$/,
  body: (view, url) => jsonBody(listing(view, url.searchParams.get('content') === 'true')),
}

function listing(view: BoardView, content: boolean): object {
  if (view.fault === 'wrong-shape') return { positions: [] }
  if (view.fault === 'empty-list') return []
  const items: unknown[] = listedIn(view).map((key) => job(view, key, content))
  const jobs = bend(view.fault, items, ODD_ITEMS)
  const missing = view.fault === 'wrong-total' ? 7 : 0
  return { jobs, meta: { total: jobs.length + missing } }
}

function job(view: BoardView, key: PostingKey, content: boolean): object {
  const posting = bare(view, key)
  if (!content) return posting
  const filled = view.fault !== 'no-content'
  const html = filled ? { content: escapeHtml(contentOf(key, view.settings.content)) } : {}
  return { ...posting, ...html, ...groupings(key) }
}

/** A job without `content`, `departments` and `offices`. */
function bare(view: BoardView, key: PostingKey): object {
  const { board, number } = key
  const id = idOf(board, number)
  return {
    absolute_url: `${view.origin}/${boardName(board)}/jobs/${id}`,
    data_compliance: [{ type: 'gdpr', requires_consent: false, retention_period: null }],
    internal_job_id: id - 1_000_000_000,
    location: { name: placeOf(key) },
    metadata: [{ id: 1, name: 'Employment Type', value: 'Regular', value_type: 'single_select' }],
    id,
    updated_at: zoned(changedAt(key)),
    requisition_id: `R-${board}-${number}`,
    title: titleOf(key),
    company_name: companyOf(view),
    first_published: zoned(publishedAt(key)),
    language: languageOf(key),
  }
}

function groupings(key: PostingKey): object {
  const office = placeOf(key)
  return {
    departments: [{ id: 1, name: departmentOf(key), child_ids: [], parent_id: null }],
    offices: [{ id: 1, name: office, location: office, child_ids: [], parent_id: null }],
  }
}

/** Writes a time with an offset, as Greenhouse does. */
function zoned(ms: number): string {
  return new Date(ms - 4 * 3_600_000).toISOString().replace('.000Z', '-04:00')
}

/** Odd items for the end of a listing: without an id or a title, no object, or with fields of wrong types. */
const ODD_ITEMS = [
  {},
  null,
  'a posting',
  { id: 1, title: 7 },
  {
    id: 'odd-1',
    title: 'An odd one \u0000',
    content: '&lt;p&gt;Odd, and still a posting.&lt;/p&gt;',
    location: 'Nowhere',
    departments: [null, 3, { name: 'Odds' }],
    updated_at: 'yesterday',
    absolute_url: 'javascript:alert(1)',
  },
]
