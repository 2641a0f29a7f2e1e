import { bend } from './board-view.ts'
import { jsonBody } from './body.ts'
import type { SamplePlatform } from './listing-route.ts'
import { jobsOf, type SampleJob } from './sample-job.ts'

/** Workable's widget: a row for each country of a posting. */
export const workable: SamplePlatform = {
  source: ({ board, origin }) => ({ type: 'workable', board, base_url: origin }),
  listing: (board) => `/api/v1/widget/accounts/${board}?details=true`,
  routes: [
    {
      path: /^\/api\/v1\/widget\/accounts\/([^/]+)$/,
      body: (view) => {
        if (view.fault === 'wrong-shape') return jsonBody({ error: 'Not found' })
        if (view.fault === 'empty-list') return jsonBody([])
        const rows: unknown[] = jobsOf(view).flatMap(rowsOf)
        return jsonBody({ name: 'Sample', jobs: bend(view.fault, rows, ODD_ROWS) })
      },
    },
  ],
}

/** The rows of a posting. Every fifth one is open in a second country, and its department is a list. */
function rowsOf(job: SampleJob): object[] {
  const url = `https://apply.workable.com/j/${job.id}`
  const row = {
    title: job.title,
    shortcode: job.id,
    employment_type: job.employment,
    telecommuting: job.workplace === 'remote',
    department: job.number % 5 === 0 ? [job.department] : job.department,
    url,
    application_url: `${url}/apply`,
    published_on: job.published.slice(0, 10),
    description: job.html,
    ...placed(job.city, job.country),
  }
  return job.number % 5 === 0 ? [row, { ...row, ...placed('', 'Portugal') }] : [row]
}

function placed(city: string, country: string): object {
  return { city, state: '', country, locations: [{ city, region: null, country, hidden: false }] }
}

const ODD_ROWS = [null, { title: 'Without a code' }, { shortcode: 'X', locations: 7 }]
