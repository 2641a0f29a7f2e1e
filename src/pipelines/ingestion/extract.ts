import { cleanText } from '../../protocol/clean-text.ts'
import type { PostingRecord } from '../../protocol/posting.ts'
import type { Listed } from './listed.ts'
import { htmlToText } from './text.ts'

/** A listed posting as it is stored; `undefined` where the listing holds no text for it. */
export function extract(listed: Listed): PostingRecord | undefined {
  const description_text = cleanText(htmlToText(listed.html ?? ''))
  if (description_text === '') return undefined
  return {
    title: listed.title,
    url: listed.url,
    locations: listed.locations,
    departments: listed.departments,
    description_text,
    posted_at: toInstant(listed.posted_at),
    updated_at: toInstant(listed.updated_at),
  }
}

const DATE = /^\d{4}-\d{2}-\d{2}/

/** ISO 8601 in UTC, years 1 to 9999 as Postgres reads them; anything else is no time. */
export function toInstant(text: string | null): string | null {
  if (text === null || !DATE.test(text)) return null
  const ms = Date.parse(text)
  if (Number.isNaN(ms)) return null
  const iso = new Date(ms).toISOString()
  return /^(?!0000)\d{4}-/.test(iso) ? iso : null
}
