import { type BoardView, listedIn } from './board-view.ts'
import { type Body, htmlBody } from './body.ts'
import { escapeHtml, page } from './html.ts'
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

/**
 * The facts of a sample posting that all platforms show. The file of each platform adds the platform's fields and
 * quirks.
 */
function sampleJob(view: BoardView, key: PostingKey) {
  const [city = '', country = ''] = placeOf(key).split(', ')
  return {
    id: uuidOf(key),
    number: key.number,
    title: titleOf(key),
    place: placeOf(key),
    city,
    country,
    department: departmentOf(key),
    employment: pick(EMPLOYMENTS, key.seed, key.board, key.number, 'employment'),
    workplace: pick(WORKPLACES, key.seed, key.number, 'at'),
    pay: payOf(key),
    html: view.fault === 'no-content' ? '' : contentOf(key, view.settings.content),
    published: new Date(publishedAt(key)).toISOString(),
  }
}

export type SampleJob = ReturnType<typeof sampleJob>

export function jobsOf(view: BoardView): SampleJob[] {
  return listedIn(view).map((key) => sampleJob(view, key))
}

/** Finds a posting by its id, or by its number. */
export function jobOf(view: BoardView, id: string): SampleJob | undefined {
  return jobsOf(view).find((job) => job.id === id || String(job.number) === id)
}

/** A posting's page without structured data. */
export function jobPage(job: SampleJob | undefined): Body | undefined {
  return (
    job &&
    htmlBody(page(job.title, `<article><h1>${escapeHtml(job.title)}</h1>${job.html}</article>`))
  )
}

/** The total that a board claims. With the fault `wrong-total` it is not the number of its postings. */
export function totalOf({ fault }: BoardView, entries: number): number {
  return entries + (fault === 'wrong-total' ? 7 : 0)
}

/** A part of the list. With the fault `repeated-page` it is always the first one. */
export function partOf<T>({ fault }: BoardView, entries: readonly T[], at: [number, number]): T[] {
  const from = fault === 'repeated-page' ? 0 : at[0]
  return entries.slice(from, from + at[1])
}

const EMPLOYMENTS = ['Full-time', 'Part-time', 'Contract', 'Internship'] as const
const WORKPLACES = ['remote', 'hybrid', 'onsite'] as const
