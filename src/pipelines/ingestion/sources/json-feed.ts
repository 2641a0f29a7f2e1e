import { z } from 'zod'

import { toLabel } from '../label.ts'
import { readNode } from '../page/job-posting.ts'
import { isNode } from '../page/value.ts'
import { toRichText, unescapeText } from '../rich-text.ts'
import { type FeedEntry, isWhole, partialOf } from './feed.ts'
import { text } from './item.ts'
import { jsonOf } from './listing.ts'

const VERSION = 'jsonfeed.org/version/'

const Item = z.object({
  url: z.string(),
  title: text,
  content_html: text,
  content_text: text,
  date_published: text,
  date_modified: text,
  /** Teamtailor adds the JobPosting of the page. */
  _jobposting: z.unknown().optional(),
})

const Feed = z.object({ version: z.string(), items: z.array(z.unknown()), next_url: text })

/** Reads a JSON Feed (https://www.jsonfeed.org/version/1.1/). Returns undefined if the text is none. */
export function readJsonFeed(source: string) {
  if (!source.trimStart().startsWith('{') || !source.includes(VERSION)) return undefined
  const feed = Feed.safeParse(jsonOf(source)).data
  if (!feed) return { kind: 'feed' as const, entries: [], whole: false, partial: null }
  const entries = feed.items.flatMap(entryOf)
  const partial = partialOf(entries.length, Boolean(feed.next_url))
  return { kind: 'feed' as const, entries, whole: true, partial }
}

function entryOf(item: unknown): FeedEntry[] {
  const read = Item.safeParse(item).data
  if (!read) return []
  const { _jobposting: node } = read
  const title = toLabel(unescapeText(read.title ?? ''))
  const content = read.content_html ?? read.content_text ?? null
  const { title: _title, ...advert } = isNode(node) ? readNode(node, read.url) : { title: null }
  const facts = {
    ...advert,
    ...(title === '' ? {} : { title }),
    html: isWhole(content) ? toRichText(content) : null,
    posted_at: read.date_published ?? null,
    updated_at: read.date_modified ?? null,
  }
  return [{ loc: read.url, lastmod: null, facts, sure: isNode(node) }]
}
