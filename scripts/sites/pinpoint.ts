import { bend } from './board-view.ts'
import { jsonBody } from './body.ts'
import type { SamplePlatform } from './listing-route.ts'
import { jobsOf, type SampleJob } from './sample-job.ts'

/** Pinpoint's job list. The board's own host is a folder here. */
export const pinpoint: SamplePlatform = {
  source: ({ board, origin }) => ({
    type: 'pinpoint',
    board,
    base_url: `${origin}/pinpoint/${board}`,
  }),
  listing: (board) => `/pinpoint/${board}/postings.json`,
  routes: [
    {
      path: /^\/pinpoint\/([^/]+)\/postings\.json$/,
      body: (view) => {
        if (view.fault === 'wrong-shape') return jsonBody({ postings: [] })
        if (view.fault === 'empty-list') return jsonBody([])
        const data: unknown[] = jobsOf(view).map(posting)
        return jsonBody({ data: bend(view.fault, data, ODD_POSTINGS) })
      },
    },
  ],
}

/** A posting. Every third one hides its pay, and every second one has only a path. */
function posting(job: SampleJob): object {
  const path = `/postings/${job.id}`
  return {
    id: job.id,
    title: job.title,
    ...(job.number % 2 === 0 ? {} : { url: `https://jobs.example${path}` }),
    path,
    description: job.html,
    benefits_header: 'Benefits',
    benefits: '',
    workplace_type: job.workplace,
    compensation_minimum: job.pay.min,
    compensation_maximum: job.pay.max,
    compensation_currency: 'EUR',
    compensation_frequency: 'year',
    compensation_visible: job.number % 3 !== 0,
    job: { requisition_id: `REQ-${job.number}`, department: { name: job.department } },
    location: { name: job.place },
  }
}

const ODD_POSTINGS = [null, { title: 'Without an id' }, { id: 7, title: 7 }]
