import { bend } from './board-view.ts'
import { jsonBody } from './body.ts'
import type { SamplePlatform } from './listing-route.ts'
import { jobOf, jobPage, jobsOf, type SampleJob } from './sample-job.ts'

/** Breezy's list, and the positions' pages. The board's own host is a folder here. */
export const breezy: SamplePlatform = {
  source: ({ board, origin }) => ({ type: 'breezy', board, base_url: `${origin}/breezy/${board}` }),
  listing: (board) => `/breezy/${board}/json`,
  routes: [
    {
      path: /^\/breezy\/([^/]+)\/json$/,
      body: (view, url) => {
        if (view.fault === 'wrong-shape') return jsonBody({ error: 'Not found' })
        if (view.fault === 'empty-list') return jsonBody({})
        const pages = url.href.replace(/json$/, 'p')
        const positions = jobsOf(view).map((job) => position(job, pages))
        return jsonBody(bend<object | null>(view.fault, positions, ODD_POSITIONS))
      },
    },
    {
      path: /^\/breezy\/([^/]+)\/p\/[^/]+$/,
      body: (view, url) => jobPage(jobOf(view, url.pathname.split('/').at(-1) ?? '')),
    },
  ],
}

function position(job: SampleJob, pages: string): object {
  return {
    id: job.id,
    name: job.title,
    url: `${pages}/${job.id}`,
    published_date: job.published,
    type: { id: 'fullTime', name: job.employment },
    location: { name: job.place, is_remote: job.workplace === 'remote' },
    department: job.department,
  }
}

const ODD_POSITIONS = [null, { name: 'Without an id' }, { id: 'x', name: 7, location: 7 }]
