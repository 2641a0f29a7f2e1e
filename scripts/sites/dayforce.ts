import { bend } from './board-view.ts'
import { jsonBody } from './body.ts'
import type { SamplePlatform } from './listing-route.ts'
import { jobsOf, type SampleJob } from './sample-job.ts'

/** Dayforce's feed: a row for each language and each place of a posting. */
export const dayforce: SamplePlatform = {
  source: ({ board, origin }) => ({
    type: 'dayforce',
    board: `${board}/PORTAL`,
    base_url: `${origin}/dayforce`,
  }),
  listing: (board) => `/dayforce/api/${board}/V1/JobFeeds`,
  routes: [
    {
      path: /^\/dayforce\/api\/([^/]+)\/V1\/JobFeeds$/,
      body: (view) => {
        if (view.fault === 'wrong-shape') return jsonBody({ Message: 'No' })
        if (view.fault === 'empty-list') return jsonBody({})
        return jsonBody(bend<object | null>(view.fault, jobsOf(view).flatMap(rows), ODD_ROWS))
      },
    },
  ],
}

function rows(job: SampleJob): object[] {
  const row = {
    ReferenceNumber: job.number,
    Title: job.title,
    CultureCode: 'en-US',
    JobDetailsUrl: `https://jobs.dayforcehcm.com/sample/PORTAL/jobs/${job.number}`,
    City: job.city,
    Country: job.country,
    DatePosted: job.published,
    Description: job.html,
  }
  const french = { ...row, CultureCode: 'fr-CA', Title: `${job.title} (français)` }
  const elsewhere = { ...row, City: 'Lisbon', Country: 'Portugal' }
  if (job.number % 4 === 0) return [french, row, elsewhere]
  return job.number % 3 === 0 ? [french, row] : [row]
}

const ODD_ROWS = [null, { Title: 'Without a number' }, { ReferenceNumber: 'x', Title: 7 }]
