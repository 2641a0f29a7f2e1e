import { z } from 'zod'

import type { ListedPosting, SourceListing } from '../listed.ts'
import { baseOf, boardConfig, type BoardSource, linkOn } from './board.ts'
import { toPosting } from './facts.ts'
import { lacking, text, toListing } from './item.ts'
import { readEnvelope, readListing } from './listing.ts'
import { readPages } from './pages.ts'
import { defineSource, type ListingPorts } from './source.ts'

const PAGE = 100
/** The search counts no further. */
const CAP = 10_000

/**
 * One job of amazon.jobs, from the search of its own page. A job has two ids; the number in its address counts. Checked
 * on a recorded page of 2026. The board is `all`, or a country's code of three letters, as `all` has more than the search
 * counts.
 */
const Job = z.object({
  id_icims: z.unknown(),
  title: z.unknown(),
  job_path: text,
  url_next_step: text,
  location: text,
  normalized_location: text,
  city: text,
  state: text,
  country_code: text,
  job_category: text,
  job_schedule_type: text,
  company_name: text,
  description: text,
  basic_qualifications: text,
  preferred_qualifications: text,
  posted_date: text,
})

export const amazon = defineSource({
  name: 'amazon.jobs',
  config: boardConfig(
    'amazon',
    z
      .string()
      .regex(/^(?:all|[A-Z]{3})$/, "a board is all, or a country's code of three letters: DEU"),
  ),
  boardOf: ({ hostname, searchParams }) =>
    /^(?:www\.)?amazon\.jobs$/.test(hostname)
      ? (searchParams.get('normalized_country_code[]') ?? 'all')
      : undefined,
  list,
})

const Page = z.object({ error: z.null(), hits: z.int(), jobs: z.array(z.unknown()) })

/** Reads the search page by page. It holds the texts. */
async function list(source: BoardSource, ports: ListingPorts): Promise<SourceListing> {
  const { board } = source
  const base = baseOf(source, 'https://www.amazon.jobs')
  const country = board === 'all' ? '' : `&normalized_country_code[]=${board}`
  const { items, incomplete, total } = await readPages({
    read: async ({ offset }) => {
      const url = `${base}/en/search.json?result_limit=${PAGE}&offset=${offset}&sort=recent${country}`
      const answer = await readListing({ board, url, kind: 'page' }, ports)
      const { jobs, hits } = readEnvelope(Page, answer, { board })
      return { items: jobs, total: hits }
    },
    idOf: (item) => Job.safeParse(item).data?.id_icims,
  })
  const capped = (total ?? 0) >= CAP ? CAPPED : null
  return lacking(
    toListing(board, items, (item) => toListed(item, base)),
    capped ?? incomplete,
    total,
  )
}

const CAPPED = 'The search counts at most 10,000 jobs. Give a country for the board.'

function toListed(item: unknown, base: string): ListedPosting | undefined {
  const job = Job.safeParse(item).data
  if (!job) return undefined
  return toPosting({
    id: job.id_icims,
    title: job.title,
    url: job.job_path?.startsWith('/') ? `${base}${job.job_path}` : null,
    apply_url: linkOn('amazon.jobs', job.url_next_step),
    places: [
      {
        text: job.normalized_location ?? job.location,
        city: job.city,
        region: job.state,
        country: job.country_code,
      },
    ],
    department: job.job_category,
    employer: job.company_name,
    employment: [job.job_schedule_type],
    sections: [
      { text: job.description },
      { heading: 'Basic qualifications', text: job.basic_qualifications },
      { heading: 'Preferred qualifications', text: job.preferred_qualifications },
    ],
    posted_at: job.posted_date,
  })
}
