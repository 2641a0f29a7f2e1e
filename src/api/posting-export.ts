import { CSV_MARK, csvRow } from '../protocol/csv.ts'
import type { PostingPage, PostingView } from '../protocol/posting.ts'

type ExportedPages = {
  /** Was read before, so that an error of it is an answer of its own. */
  readonly first: PostingPage
  readonly next: (cursor: string) => Promise<PostingPage>
}

/** Streams postings page by page. Reads the next page when the caller has taken the one before. */
export function exportPostings(
  format: 'csv' | 'ndjson',
  { first, next }: ExportedPages,
  { bom }: { readonly bom: boolean },
): Response {
  const lines = format === 'csv' ? csvLines : jsonLines
  const head = format === 'csv' ? `${bom ? CSV_MARK : ''}${csvRow(COLUMNS)}` : ''
  const chunks = chunksOf({ first, next }, { head, lines })
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await chunks.next()
        if (done === true) controller.close()
        else controller.enqueue(encoder.encode(value))
      },
    },
    { highWaterMark: 0 },
  )
  const media = format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson'
  return new Response(body, {
    headers: {
      'content-type': media,
      'content-disposition': `attachment; filename="postings.${format}"`,
      'cache-control': 'private, no-store',
    },
  })
}

type ExportForm = {
  readonly head: string
  readonly lines: (postings: readonly PostingView[]) => string
}

async function* chunksOf({ first, next }: ExportedPages, { head, lines }: ExportForm) {
  let page = first
  yield head + lines(page.postings)
  while (page.next_cursor !== null) {
    page = await next(page.next_cursor)
    yield lines(page.postings)
  }
}

function jsonLines(postings: readonly PostingView[]): string {
  return postings.map((posting) => `${JSON.stringify(posting)}\n`).join('')
}

/** The columns of a CSV, in their order. */
const CELLS = {
  company: ({ company }) => company,
  company_name: ({ company_name }) => company_name,
  external_id: ({ external_id }) => external_id,
  status: ({ status }) => status,
  title: ({ title }) => title,
  employer: ({ employer }) => employer,
  department: ({ department }) => department,
  team: ({ team }) => team,
  locations: ({ locations }) => locations.map(({ text }) => text).join('; '),
  countries: ({ locations }) =>
    [...new Set(locations.flatMap(({ country }) => country ?? []))].join('; '),
  workplace: ({ workplace }) => workplace,
  employment_type: ({ employment_type }) => employment_type,
  employment_words: ({ employment_types }) => employment_types.map(({ text }) => text).join('; '),
  salary_min: ({ salary }) => salary?.min,
  salary_max: ({ salary }) => salary?.max,
  salary_currency: ({ salary }) => salary?.currency,
  salary_period: ({ salary }) => salary?.period,
  salary_text: ({ salary }) => salary?.text,
  language: ({ language }) => language,
  requisition_id: ({ requisition_id }) => requisition_id,
  read_from: ({ read_from }) => read_from,
  url: ({ url }) => url,
  apply_url: ({ apply_url }) => apply_url,
  posted_at: ({ posted_at }) => posted_at,
  updated_at: ({ updated_at }) => updated_at,
  valid_through: ({ valid_through }) => valid_through,
  closed_at: ({ closed_at }) => closed_at,
  first_seen_at: ({ first_seen_at }) => first_seen_at,
  changed_at: ({ changed_at }) => changed_at,
  expired_at: ({ expired_at }) => expired_at,
  complete_listings: ({ listings }) => listings?.complete,
  last_listed_at: ({ listings }) => listings?.last_at,
  description: ({ description_text }) => description_text,
} satisfies Readonly<Record<string, (posting: PostingView) => string | number | null | undefined>>

const COLUMNS = Object.keys(CELLS)

function csvLines(postings: readonly PostingView[]): string {
  return postings
    .map((posting) => csvRow(Object.values(CELLS).map((read) => read(posting))))
    .join('')
}
