import { bend } from './board-view.ts'
import { jsonBody } from './body.ts'
import type { SamplePlatform } from './listing-route.ts'
import { jobsOf, type SampleJob, totalOf } from './sample-job.ts'

/** Softgarden's feed of JobPostings. The board's own host is a folder here. */
export const softgarden: SamplePlatform = {
  source: ({ board, origin }) => ({
    type: 'softgarden',
    board,
    base_url: `${origin}/softgarden/${board}`,
  }),
  listing: (board) => `/softgarden/${board}/jobs.feed.json`,
  routes: [
    {
      path: /^\/softgarden\/([^/]+)\/jobs\.feed\.json$/,
      body: (view) => {
        if (view.fault === 'wrong-shape') return jsonBody({ '@type': 'DataFeed' })
        if (view.fault === 'empty-list') return jsonBody([])
        const elements = bend<object | null>(view.fault, jobsOf(view).map(element), ODD_ELEMENTS)
        const numberOfItems = totalOf(view, elements.length)
        return jsonBody({ '@type': 'DataFeed', numberOfItems, dataFeedElement: elements })
      },
    },
  ],
}

function element(job: SampleJob): object {
  const item = {
    '@type': 'JobPosting',
    title: job.title,
    url: `https://sample.softgarden.io/job/${job.number}`,
    identifier: { '@type': 'PropertyValue', value: job.number },
    description: job.html,
    datePosted: job.published.slice(0, 10),
    employmentType: ['FULL_TIME'],
    hiringOrganization: { name: 'Sample' },
    jobLocation: [{ address: { addressLocality: job.city, addressCountry: job.country } }],
  }
  return { '@type': 'DataFeedItem', item }
}

const ODD_ELEMENTS = [null, { item: { title: 'Without an id' } }, { item: 7 }]
