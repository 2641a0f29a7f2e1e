import { bend } from './board-view.ts'
import { jsonBody } from './body.ts'
import type { SamplePlatform } from './listing-route.ts'
import { jobsOf, partOf, type SampleJob } from './sample-job.ts'

const PAGE = 50

/** Teamtailor's JSON Feed, in pages that name the next one. The board's own host is a folder here. */
export const teamtailor: SamplePlatform = {
  source: ({ board, origin }) => ({
    type: 'teamtailor',
    board,
    base_url: `${origin}/teamtailor/${board}`,
  }),
  listing: (board) => `/teamtailor/${board}/jobs.json`,
  routes: [
    {
      path: /^\/teamtailor\/([^/]+)\/jobs\.json$/,
      body: (view, url) => {
        if (view.fault === 'wrong-shape') return jsonBody({ version: 'x' })
        if (view.fault === 'empty-list') return jsonBody([])
        const items = bend<object | null>(view.fault, jobsOf(view).map(itemOf), ODD_ITEMS)
        const page = Number(url.searchParams.get('page') ?? 1)
        const more = items.length > page * PAGE || view.fault === 'repeated-page'
        const next = new URL(url)
        next.searchParams.set('page', String(page + 1))
        return jsonBody({
          version: 'https://jsonfeed.org/version/1.1',
          ...(more ? { next_url: next.href } : {}),
          items: partOf(view, items, [(page - 1) * PAGE, PAGE]),
        })
      },
    },
  ],
}

/** An item. The place in its JobPosting is a list, or in every third one a thing of its own. */
function itemOf(job: SampleJob): object {
  const place = {
    '@type': 'Place',
    address: { addressLocality: job.city, addressRegion: '-', addressCountry: job.country },
  }
  return {
    id: job.id,
    title: job.title,
    url: `https://jobs.example/jobs/${job.number}`,
    date_published: job.published,
    content_html: job.html,
    _jobposting: {
      '@type': 'JobPosting',
      title: job.title,
      identifier: { '@type': 'PropertyValue', value: job.number },
      jobLocation: job.number % 3 === 0 ? place : [place],
    },
  }
}

const ODD_ITEMS = [null, { title: 'Without an id' }, { id: 7, title: 7 }]
