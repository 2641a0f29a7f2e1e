import { bend } from './board-view.ts'
import { jsonBody } from './body.ts'
import type { SamplePlatform } from './listing-route.ts'
import { jobsOf, type SampleJob } from './sample-job.ts'

/** Gem's job board API. */
export const gem: SamplePlatform = {
  source: ({ board, origin }) => ({ type: 'gem', board, base_url: origin }),
  listing: (board) => `/job_board/v0/${board}/job_posts/`,
  routes: [
    {
      path: /^\/job_board\/v0\/([^/]+)\/job_posts\/$/,
      body: (view) => {
        if (view.fault === 'wrong-shape') return jsonBody({ errors: ['Not found'] })
        if (view.fault === 'empty-list') return jsonBody({})
        return jsonBody(bend<object | null>(view.fault, jobsOf(view).map(post), ODD_POSTS))
      },
    },
  ],
}

/** A post. Every fourth one has an office in place of a location. */
function post(job: SampleJob): object {
  return {
    id: job.id,
    title: job.title,
    absolute_url: `https://jobs.gem.com/sample/${job.id}`,
    ...(job.number % 4 === 0
      ? { location: null, offices: [{ name: 'Main', location: { name: job.place } }] }
      : { location: { name: job.place }, offices: [] }),
    location_type: { remote: 'remote', hybrid: 'hybrid', onsite: 'in_office' }[job.workplace],
    departments: [{ name: job.department }],
    employment_type: 'full_time',
    content: job.html,
    first_published_at: job.published,
  }
}

const ODD_POSTS = [null, { title: 'Without an id' }, { id: 'x', title: 7, location: 7 }]
