import { bend } from './board-view.ts'
import { jsonBody } from './body.ts'
import type { SamplePlatform } from './listing-route.ts'
import { jobsOf, type SampleJob } from './sample-job.ts'

/** Comeet's careers API. The sample board's name is a folder here. */
export const comeet: SamplePlatform = {
  source: ({ board, origin }) => ({
    type: 'comeet',
    board: 'A2.00E/1A2B3C4D5E',
    base_url: `${origin}/comeet/${board}`,
  }),
  listing: (board) => `/comeet/${board}/careers-api/2.0/company/A2.00E/positions`,
  routes: [
    {
      path: /^\/comeet\/([^/]+)\/careers-api\/2\.0\/company\/A2\.00E\/positions$/,
      body: (view) => {
        if (view.fault === 'wrong-shape') return jsonBody({ status: 400 })
        if (view.fault === 'empty-list') return jsonBody({})
        return jsonBody(bend<object | null>(view.fault, jobsOf(view).map(position), ODD_POSITIONS))
      },
    },
  ],
}

function position(job: SampleJob): object {
  return {
    uid: job.id,
    name: job.title,
    url_comeet_hosted_page: `https://www.comeet.com/jobs/sample/A2.00E/job/${job.id}`,
    location: { name: job.place, is_remote: job.workplace === 'remote' },
    department: job.department,
    employment_type: job.employment,
    time_updated: job.published,
    details: [
      { name: 'Description', value: job.html, order: 1 },
      { name: 'Requirements', value: null, order: 2 },
    ],
  }
}

const ODD_POSITIONS = [null, { name: 'Without an id' }, { uid: 'x', name: 7, location: 7 }]
