import { decodeHTML } from 'entities/decode'
import { z } from 'zod'

import { cleanText } from '../../../protocol/clean-text.ts'
import type { Source } from '../../../protocol/company.ts'
import { ExternalId } from '../../../protocol/ids.ts'
import type { Listed, ListingReader } from '../listed.ts'
import { readListing, unreadable } from './listing.ts'

const PUBLIC_ORIGIN = 'https://boards-api.greenhouse.io'
const MAX_TITLE = 300

const text = z.string().nullish().catch(null)
const named = z.object({ name: text }).nullish().catch(null)

/**
 * One job of Greenhouse's job board API (https://developers.greenhouse.io/job-board.html). Only id
 * and title are needed; whatever else is absent or odd is passed over, and never costs the rest.
 */
const Item = z.object({
  id: z
    .union([z.number(), z.string()])
    .transform((id) => cleanText(String(id)))
    .pipe(ExternalId),
  title: z
    .string()
    .transform((title) => cut(cleanText(title).trim()))
    .pipe(z.string().min(1)),
  absolute_url: text,
  location: named,
  departments: z.array(named).catch([]),
  content: text,
  first_published: text,
  updated_at: text,
})
type Item = z.infer<typeof Item>

/**
 * `meta.total` is not held against the listing: what it lists is there, whatever it says of more.
 * A shorter listing may only never count as complete.
 */
const Listing = z.object({ jobs: z.array(z.unknown()) })

/** The board's whole listing, its content included, in one request. */
export const listGreenhouse: ListingReader = async (source, ports) => {
  const listing = Listing.safeParse(
    await readListing({ board: source.board, url: urlOf(source) }, ports),
  )
  if (!listing.success) throw wrongShape(source.board, 'has no list of jobs')
  const { jobs } = listing.data
  const items = jobs.map((job) => Item.safeParse(job)).filter((read) => read.success)
  if (jobs.length > 0 && items.length === 0) {
    throw wrongShape(source.board, 'has no job with an id and a title')
  }
  return firstOfEach(items.map((read) => toListed(read.data)))
}

function urlOf(source: Source): string {
  const { origin } = new URL(source.base_url ?? PUBLIC_ORIGIN)
  return `${origin}/v1/boards/${encodeURIComponent(source.board)}/jobs?content=true`
}

function wrongShape(board: string, what: string): Error {
  return unreadable(`The listing of the board "${board}" ${what}.`, { retryable: false })
}

function firstOfEach(listed: readonly Listed[]): Listed[] {
  const first = new Map<string, Listed>()
  for (const item of listed) if (!first.has(item.external_id)) first.set(item.external_id, item)
  return [...first.values()]
}

function toListed(item: Item): Listed {
  return {
    external_id: item.id,
    title: item.title,
    url: link(item.absolute_url),
    locations: names([item.location]),
    departments: names(item.departments),
    html: item.content === null || item.content === undefined ? null : toHtml(item.content),
    posted_at: item.first_published ?? null,
    updated_at: item.updated_at ?? null,
  }
}

/** Never between the two halves of one character. */
function cut(title: string): string {
  return title.slice(0, MAX_TITLE).replace(/[\uD800-\uDBFF]$/, '')
}

/** Shown as a link, so nothing but a web address. */
function link(address: string | null | undefined): string {
  const url = URL.parse(address ?? '')
  return url?.protocol === 'https:' || url?.protocol === 'http:' ? url.href : ''
}

function names(list: readonly z.infer<typeof named>[]): string[] {
  const all = list.map((entry) => cleanText(entry?.name ?? '').trim())
  return [...new Set(all)].filter((name) => name !== '')
}

/** Greenhouse escapes the HTML of its content; where a tag stands bare, it did not. */
function toHtml(content: string): string {
  return content.includes('<') ? content : decodeHTML(content)
}
