import { bend } from './board-view.ts'
import { jsonBody } from './body.ts'
import type { SamplePlatform } from './listing-route.ts'
import { jobOf, jobsOf, partOf, type SampleJob, totalOf } from './sample-job.ts'

/** Workday's career site: a list that is asked for by POST, and a detail for each posting. */
export const workday: SamplePlatform = {
  source: ({ board, origin }) => ({
    type: 'workday',
    board: `${board}.wd5/External`,
    base_url: `${origin}/workday`,
  }),
  listing: (board) => `/workday/wday/cxs/${board}/External/jobs`,
  routes: [
    {
      path: /^\/workday\/wday\/cxs\/([^/]+)\/External\/jobs$/,
      body: (view, _url, sent) => {
        if (view.fault === 'wrong-shape') return jsonBody({ errorCode: 'S22' })
        if (view.fault === 'empty-list') return jsonBody([])
        const rows = bend<object | null>(view.fault, jobsOf(view).map(row), ODD_ROWS)
        const { offset, limit } = positionIn(sent)
        // Only the first page counts the postings.
        const total = offset === 0 ? totalOf(view, rows.length) : 0
        return jsonBody({ total, jobPostings: partOf(view, rows, [offset, limit]), facets: [] })
      },
    },
    {
      path: /^\/workday\/wday\/cxs\/([^/]+)\/External\/job\/.+$/,
      body: (view, url) => {
        const job = jobOf(view, url.pathname.split('_').at(-1) ?? '')
        return job && jsonBody(detail(job))
      },
    },
  ],
}

function positionIn(sent: string): { offset: number; limit: number } {
  const asked = /"limit":(\d+),"offset":(\d+)/.exec(sent)
  return { limit: Math.min(20, Number(asked?.[1] ?? 20)), offset: Number(asked?.[2] ?? 0) }
}

/** A row. Every fourth one only counts its places. */
function row(job: SampleJob): object {
  return {
    title: job.title,
    externalPath: `/job/Somewhere/Job_${job.id}`,
    locationsText: job.number % 4 === 0 ? '2 Locations' : job.place,
    postedOn: 'Posted 30+ Days Ago',
    bulletFields: [`R-${job.number}`],
  }
}

function detail(job: SampleJob): object {
  const jobPostingInfo = {
    title: job.title,
    jobDescription: job.html,
    location: job.place,
    additionalLocations: job.number % 4 === 0 ? ['Lisbon, Portugal'] : [],
    startDate: job.published.slice(0, 10),
    timeType: job.employment,
    jobReqId: `R-${job.number}`,
  }
  return { jobPostingInfo, hiringOrganization: { name: 'Sample' } }
}

const ODD_ROWS = [null, { title: 'Without a path' }, { externalPath: '/job/x/Y_1', title: 7 }]
