import { bend } from './board-view.ts'
import { jsonBody } from './body.ts'
import type { SamplePlatform } from './listing-route.ts'
import { jobsOf, partOf, type SampleJob, totalOf } from './sample-job.ts'

/** The search of amazon.jobs. The sample board's name is a folder here. */
export const amazon: SamplePlatform = {
  source: ({ board, origin }) => ({
    type: 'amazon',
    board: 'all',
    base_url: `${origin}/amazon/${board}`,
  }),
  listing: (board) => `/amazon/${board}/en/search.json`,
  routes: [
    {
      path: /^\/amazon\/([^/]+)\/en\/search\.json$/,
      body: (view, url) => {
        if (view.fault === 'wrong-shape') return jsonBody({ error: 'no', hits: 0, jobs: [] })
        if (view.fault === 'empty-list') return jsonBody([])
        const all = bend<object | null>(view.fault, jobsOf(view).map(job), ODD_JOBS)
        const offset = Number(url.searchParams.get('offset') ?? 0)
        const limit = Math.min(100, Number(url.searchParams.get('result_limit') ?? 10))
        const jobs = partOf(view, all, [offset, limit])
        return jsonBody({ error: null, hits: totalOf(view, all.length), jobs })
      },
    },
  ],
}

const DAY = new Intl.DateTimeFormat('en-US', { month: 'long', timeZone: 'UTC' })

/** A job. Its date has two spaces before a day of one digit. */
function job({ id, published, ...rest }: SampleJob): object {
  const at = new Date(published)
  const day = String(at.getUTCDate()).padStart(2)
  return {
    id: `uuid-${id}`,
    id_icims: id,
    title: `${rest.title} `,
    job_path: `/en/jobs/${id}/job`,
    location: rest.place,
    job_category: rest.department,
    job_schedule_type: rest.employment,
    description: rest.html,
    basic_qualifications: '- Calm<br/>- Clear',
    posted_date: `${DAY.format(at)} ${day}, ${at.getUTCFullYear()}`,
  }
}

const ODD_JOBS = [null, { title: 'Without an id' }, { id_icims: '7', title: 7 }]
