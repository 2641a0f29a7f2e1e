import { cleanText } from '../../protocol/clean-text.ts'
import { wordsOf } from '../../protocol/posting-words.ts'
import type { PostingRecord } from '../../protocol/posting.ts'
import { toInstant } from './dates.ts'
import { facetsOf, readDetails } from './details.ts'
import { likenessOf } from './likeness.ts'
import type { ListedPosting } from './listed.ts'
import { readDescription } from './safe-html.ts'

/** Makes the record to store from a listed posting. Returns undefined if the posting has no text. */
export function extract(listed: ListedPosting): PostingRecord | undefined {
  const description = readDescription(cleanText(listed.html ?? ''), listed.url)
  if (description.text === '') return undefined
  const details = readDetails(listed, description.text)
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
    valid_through: toInstant(listed.valid_through, 'end'),
    closed_at: null,
    details,
    facets: facetsOf({ ...listed, details }),
    likeness: likenessOf({ ...details, title: listed.title, text: description.text }),
    words: wordsOf(`${listed.title}\n${description.text}`).join(' '),
  }
}
