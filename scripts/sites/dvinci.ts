import { bend } from './board-view.ts'
import { jsonBody } from './body.ts'
import type { SamplePlatform } from './listing-route.ts'
import { jobsOf, type SampleJob } from './sample-job.ts'

/** d.vinci's list of publications. The board's own host is a folder here. */
export const dvinci: SamplePlatform = {
  source: ({ board, origin }) => ({ type: 'dvinci', board, base_url: `${origin}/dvinci/${board}` }),
  listing: (board) => `/dvinci/${board}/jobPublication/list.json`,
  routes: [
    {
      path: /^\/dvinci\/([^/]+)\/jobPublication\/list\.json$/,
      body: (view) => {
        if (view.fault === 'wrong-shape') return jsonBody({ error: 'no' })
        if (view.fault === 'empty-list') return jsonBody({})
        const list: unknown[] = jobsOf(view).map(publication)
        return jsonBody(bend(view.fault, list, ODD_PUBLICATIONS))
      },
    },
  ],
}

function publication(job: SampleJob): object {
  return {
    id: job.number,
    position: job.title,
    language: 'de',
    jobPublicationURL: `https://sample.dvinci-hr.com/de/jobs/${job.number}`,
    startDate: job.published.slice(0, 10),
    introduction: '<p>Wir</p>',
    tasks: job.html,
    profile: null,
    jobOpening: { locations: [{ name: job.place }], department: { name: job.department } },
  }
}

const ODD_PUBLICATIONS = [null, { position: 'Without an id' }, { id: 'x', jobOpening: 7 }]
