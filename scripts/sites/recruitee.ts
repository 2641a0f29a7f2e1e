import { bend } from './board-view.ts'
import { jsonBody } from './body.ts'
import type { SamplePlatform } from './listing-route.ts'
import { jobsOf, type SampleJob } from './sample-job.ts'

/** Recruitee's careers site API. The board's own host is a folder here. */
export const recruitee: SamplePlatform = {
  source: ({ board, origin }) => ({
    type: 'recruitee',
    board,
    base_url: `${origin}/recruitee/${board}`,
  }),
  listing: (board) => `/recruitee/${board}/api/offers/`,
  routes: [
    {
      path: /^\/recruitee\/([^/]+)\/api\/offers\/$/,
      body: (view) => {
        if (view.fault === 'wrong-shape') return jsonBody({ jobs: [] })
        if (view.fault === 'empty-list') return jsonBody([])
        const offers: unknown[] = jobsOf(view).map(offer)
        return jsonBody({ offers: bend(view.fault, offers, ODD_OFFERS) })
      },
    },
  ],
}

/** An offer. Every third one has no pay, and every fourth one two places. */
function offer({ number, title, ...job }: SampleJob): object {
  const link = `https://jobs.example/o/${job.id}`
  const place = { name: job.city, city: job.city, state: '', country: job.country }
  return {
    id: 4_000_000 + number,
    title,
    status: 'published',
    careers_url: link,
    careers_apply_url: `${link}/c/new`,
    locations: number % 4 === 0 ? [place, LISBON] : [place],
    remote: job.workplace === 'remote',
    hybrid: job.workplace === 'hybrid',
    on_site: job.workplace === 'onsite',
    department: job.department,
    employment_type_code: number % 5 === 0 ? null : 'fulltime_permanent',
    ...(number % 3 === 0 ? { salary: {} } : { salary: pay(job) }),
    description: job.html,
    requirements: job.html === '' ? '' : '<ul><li>Clear writing &amp; calm</li></ul>',
    published_at: job.published.replace('T', ' ').replace('.000Z', ' UTC'),
    close_at: null,
  }
}

function pay({ pay: { min, max } }: Pick<SampleJob, 'pay'>): object {
  return { min: String(min), max: String(max), period: 'year', currency: 'EUR' }
}

const LISBON = { name: 'Lisbon', city: 'Lisbon', state: 'Lisboa', country: 'Portugal' }

const ODD_OFFERS = [
  null,
  { title: 'Without an id' },
  { id: 1, title: 7 },
  { id: 'odd-1', title: 'An odd one', description: '<p>Odd.</p>', locations: 'Nowhere', salary: 5 },
]
