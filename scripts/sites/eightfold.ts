import { bend } from './board-view.ts'
import { jsonBody } from './body.ts'
import type { SamplePlatform } from './listing-route.ts'
import { jobOf, jobsOf, partOf, type SampleJob, totalOf } from './sample-job.ts'

const PAGE = 10

/** Eightfold's career site: pages of ten, and a detail for each position. The board's host is a folder here. */
export const eightfold: SamplePlatform = {
  source: ({ board, origin }) => ({
    type: 'eightfold',
    board: `${board}/sample.example`,
    base_url: `${origin}/eightfold/${board}`,
  }),
  listing: (board) => `/eightfold/${board}/api/pcsx/search?start=0`,
  routes: [
    {
      path: /^\/eightfold\/([^/]+)\/api\/pcsx\/search$/,
      body: (view, url) => {
        if (view.fault === 'wrong-shape') return jsonBody({ status: 403, data: {} })
        if (view.fault === 'empty-list') return jsonBody([])
        const all = bend<object | null>(view.fault, jobsOf(view).map(position), ODD_POSITIONS)
        const start = Number(url.searchParams.get('start') ?? 0)
        const positions = partOf(view, all, [start, PAGE])
        return jsonBody({ status: 200, data: { positions, count: totalOf(view, all.length) } })
      },
    },
    {
      path: /^\/eightfold\/([^/]+)\/api\/pcsx\/position_details$/,
      body: (view, url) => {
        const job = jobOf(view, url.searchParams.get('position_id') ?? '')
        return job && jsonBody({ data: { id: job.id, jobDescription: job.html } })
      },
    },
  ],
}

/** A position. Its address is a path, and its time counts seconds. */
function position(job: SampleJob): object {
  return {
    id: job.id,
    name: job.title,
    positionUrl: `/careers/job/${job.id}`,
    locations: job.number % 4 === 0 ? [job.place, 'Lisbon, Portugal'] : [job.place],
    department: job.department,
    workLocationOption: job.workplace,
    postedTs: Date.parse(job.published) / 1_000,
  }
}

const ODD_POSITIONS = [null, { name: 'Without an id' }, { id: 7, name: 7 }]
