import { bend } from './board-view.ts'
import { jsonBody } from './body.ts'
import type { SamplePlatform } from './listing-route.ts'
import { jobOf, jobsOf, type SampleJob, totalOf } from './sample-job.ts'

/** BambooHR's careers page: a list, and a detail for each opening. The board's own host is a folder here. */
export const bamboohr: SamplePlatform = {
  source: ({ board, origin }) => ({
    type: 'bamboohr',
    board,
    base_url: `${origin}/bamboohr/${board}`,
  }),
  listing: (board) => `/bamboohr/${board}/careers/list`,
  routes: [
    {
      path: /^\/bamboohr\/([^/]+)\/careers\/list$/,
      body: (view) => {
        if (view.fault === 'wrong-shape') return jsonBody({ error: 'JobNotFound' })
        if (view.fault === 'empty-list') return jsonBody([])
        const result: unknown[] = bend<object | null>(view.fault, jobsOf(view).map(row), ODD_ROWS)
        return jsonBody({ meta: { totalCount: totalOf(view, result.length) }, result })
      },
    },
    {
      path: /^\/bamboohr\/([^/]+)\/careers\/[^/]+\/detail$/,
      body: (view, url) => {
        const job = jobOf(view, url.pathname.split('/').at(-2) ?? '')
        return job && jsonBody({ meta: {}, result: { jobOpening: detail(job) } })
      },
    },
  ],
}

/** A row. Every second one has its place in the older field. */
function row(job: SampleJob): object {
  const place = { city: job.city, state: null }
  const none = { city: null, state: null, province: null, country: null }
  return {
    id: job.id,
    jobOpeningName: job.title,
    departmentLabel: `${job.department} `,
    employmentStatusLabel: job.employment,
    location: job.number % 2 === 0 ? place : none,
    atsLocation: job.number % 2 === 0 ? none : { ...place, country: job.country },
    isRemote: null,
    locationType: { onsite: '0', remote: '1', hybrid: '2' }[job.workplace],
  }
}

function detail(job: SampleJob): object {
  const compensation = job.number % 3 === 0 ? null : `€${job.pay.min} - €${job.pay.max} per year`
  return { description: job.html, datePosted: job.published.slice(0, 10), compensation }
}

const ODD_ROWS = [null, { jobOpeningName: 'Without an id' }, { id: 'without-a-name', location: 7 }]
