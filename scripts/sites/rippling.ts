import { bend } from './board-view.ts'
import { jsonBody } from './body.ts'
import type { SamplePlatform } from './listing-route.ts'
import { jobOf, jobsOf, type SampleJob } from './sample-job.ts'

/** Rippling's board: a list with a row for each place of a posting, and a detail for each posting. */
export const rippling: SamplePlatform = {
  source: ({ board, origin }) => ({ type: 'rippling', board, base_url: origin }),
  listing: (board) => `/platform/api/ats/v1/board/${board}/jobs`,
  routes: [
    {
      path: /^\/platform\/api\/ats\/v1\/board\/([^/]+)\/jobs$/,
      body: (view) => {
        if (view.fault === 'wrong-shape') return jsonBody({ error: 'Not found' })
        if (view.fault === 'empty-list') return jsonBody({})
        return jsonBody(bend<object | null>(view.fault, jobsOf(view).flatMap(rows), ODD_ROWS))
      },
    },
    {
      path: /^\/platform\/api\/ats\/v1\/board\/([^/]+)\/jobs\/[^/]+$/,
      body: (view, url) => {
        const job = jobOf(view, url.pathname.split('/').at(-1) ?? '')
        return job && jsonBody(detail(job))
      },
    },
  ],
}

/** The rows of a posting. Every fourth one is open in a second place. */
function rows(job: SampleJob): object[] {
  const row = {
    uuid: job.id,
    name: job.title,
    url: `https://ats.rippling.com/sample/jobs/${job.id}`,
    department: { id: job.department, label: job.department },
    workLocation: { id: job.place, label: job.place },
  }
  return job.number % 4 === 0 ? [row, { ...row, workLocation: { label: 'Lisbon' } }] : [row]
}

function detail(job: SampleJob): object {
  return {
    uuid: job.id,
    name: job.title,
    description: { company: '<p>About us</p>', role: job.html },
    employmentType: { label: 'SALARIED_FT', id: 'Salaried, full-time' },
    createdOn: job.published,
    workLocations: [job.place],
    payRangeDetails:
      job.number % 3 === 0
        ? []
        : [{ rangeStart: job.pay.min, rangeEnd: job.pay.max, currency: 'EUR', frequency: 'YEAR' }],
  }
}

const ODD_ROWS = [null, { name: 'Without an id' }, { uuid: 'without-a-name', workLocation: 7 }]
