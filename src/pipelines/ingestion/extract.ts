import { cleanText } from '../../protocol/clean-text.ts'
import type { PostingRecord } from '../../protocol/posting.ts'
import type { ListedPosting } from './listed.ts'
import { readDescription } from './safe-html.ts'

/** Makes the record to store from a listed posting. Returns undefined if the posting has no text. */
export function extract(listed: ListedPosting): PostingRecord | undefined {
  const description = readDescription(cleanText(listed.html ?? ''))
  if (description.text === '') return undefined
  return {
    title: listed.title,
    url: listed.url,
    apply_url: listed.apply_url,
    locations: listed.locations,
    remote: listed.remote,
    department: listed.department,
    employment_type: listed.employment_type,
    salary: listed.salary,
    description_html: description.html,
    description_text: description.text,
    posted_at: toInstant(listed.posted_at),
    updated_at: toInstant(listed.updated_at),
    valid_through: toInstant(listed.valid_through),
  }
}

const DATE = /^\d{4}-\d{2}-\d{2}/
const ZONELESS = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?$/

/** Reads a date or time as ISO 8601 in UTC. Returns null for other text and for years that Postgres cannot read (outside 1 to 9999). */
export function toInstant(text: string | null): string | null {
  if (text === null || !DATE.test(text)) return null
  const ms = Date.parse(ZONELESS.test(text) ? `${text.replace(' ', 'T')}Z` : text)
  if (Number.isNaN(ms)) return null
  const iso = new Date(ms).toISOString()
  return /^(?!0000)\d{4}-/.test(iso) ? iso : null
}
