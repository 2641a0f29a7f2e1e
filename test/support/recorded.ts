import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { crawl } from '../../src/pipelines/ingestion/crawl.ts'
import { extract } from '../../src/pipelines/ingestion/extract.ts'
import type { ListedPosting } from '../../src/pipelines/ingestion/listed.ts'
import { readListingOf } from '../../src/pipelines/ingestion/sources/listing-of.ts'
import { type PostingRecord, PostingResult } from '../../src/protocol/posting.ts'
import type { Answer } from './board.ts'
import { boards, readerPorts } from './listing.ts'
import { memoryWorkPorts } from './memory-work-ports.ts'
import { plainFetch } from './plain-fetch.ts'

const folder = process.env['RUNCAST_FIXTURES']

/** True without recorded responses: their tests are then skipped. */
export const unrecorded = folder === undefined

export function recorded(file: string): string {
  return readFileSync(join(folder ?? '', 'boards', file), 'utf8')
}

export function recordedJson(file: string): unknown {
  return JSON.parse(recorded(file))
}

type Reply = (url: URL, sent: string, origin: string) => Answer
/** A text, an object to write as JSON, or a function that answers each request. */
type Served = string | Reply | { readonly [field: string]: unknown } | readonly unknown[]

/** Answers a source's requests, and reads its listing and the details of its postings. */
export async function readServed(
  source: { readonly type: string; readonly [field: string]: string },
  served: Served,
) {
  const local = boards()
  try {
    const board = await local.start(answerOf(served))
    const listing = await readListingOf({ base_url: board.origin, ...source }, readerPorts())
    const made = await Promise.all(listing.postings.map(madeOf))
    return { ...listing, made, asked: board.asked, origin: board.origin }
  } finally {
    await local.close()
  }
}

function answerOf(served: Served): string | Reply {
  return typeof served === 'function' || typeof served === 'string'
    ? served
    : JSON.stringify(served)
}

/** The posting that a run stores, from the listing alone or with its detail. Its failure, if it has one. */
async function madeOf(listed: ListedPosting): Promise<PostingRecord | string> {
  const whole = extract(listed)
  if (whole) return whole
  if (listed.url === '' && !listed.detail) return 'no_content'
  const { ports } = memoryWorkPorts(plainFetch)
  const made = await crawl({ listed, visit: 1, known: null }, ports)
  if (made.kind === 'failed') return made.failure.code
  if (made.kind === 'skipped') return made.reason.code
  const { posting } = PostingResult.parse(made.result)
  return posting
}

type Verdict = 'right' | 'empty' | 'wrong'
type Truth = Readonly<Record<string, unknown>>

/**
 * Compares postings with what people read in the recorded response. A field is `right` if all of its values are,
 * `empty` if it lacks a value that the response has, `wrong` if it has another one.
 */
export function byField(
  made: readonly (PostingRecord | string)[],
  truths: readonly Truth[],
): Readonly<Record<string, Verdict>> {
  const verdicts: Record<string, Verdict> = {}
  for (const [index, truth] of truths.entries()) {
    const posting = new Map(fieldsOf(made[index]))
    for (const [field, value] of Object.entries(truth)) {
      const verdict = verdictOf(posting.get(field), value)
      if (verdict !== 'right' || verdicts[field] === undefined) verdicts[field] = verdict
    }
  }
  return verdicts
}

/** The fields of a posting as its route shows them: the names of places, and what else is known of it. */
function fieldsOf(made: PostingRecord | string | undefined): [string, unknown][] {
  if (typeof made !== 'object') return []
  const { places = [], employment_types = [], ...details } = made.details
  const countries = places.map(({ country }) => country)
  return Object.entries({ ...made, ...details, countries, types: employment_types })
}

function verdictOf(read: unknown, truth: unknown): Verdict {
  if (truth instanceof RegExp) return truth.test(String(read)) ? 'right' : emptyOr(read)
  return JSON.stringify(read) === JSON.stringify(truth) ? 'right' : emptyOr(read)
}

function emptyOr(read: unknown): Verdict {
  const isEmpty = ['null', '""', '[]', undefined].includes(JSON.stringify(read))
  return isEmpty ? 'empty' : 'wrong'
}

/** The verdicts of a reader that is right about these fields. */
export function right(...fields: readonly string[]) {
  return Object.fromEntries(fields.map((field) => [field, 'right']))
}
