import { bend } from './board-view.ts'
import { xmlBody } from './body.ts'
import { escapeHtml } from './html.ts'
import type { SamplePlatform } from './listing-route.ts'
import { jobsOf, type SampleJob } from './sample-job.ts'

/** The feed of a SuccessFactors career site, whose name is misspelt. The company's own host is a folder here. */
export const successfactors: SamplePlatform = {
  source: ({ board, origin }) => ({
    type: 'successfactors',
    board: 'jobs.sample.example',
    base_url: `${origin}/successfactors/${board}`,
  }),
  listing: (board) => `/successfactors/${board}/sitemal.xml`,
  routes: [
    {
      path: /^\/successfactors\/([^/]+)\/sitemal\.xml$/,
      body: (view, url) => {
        if (view.fault === 'wrong-shape') return xmlBody('<html><body>Error</body></html>')
        if (view.fault === 'empty-list') return xmlBody('<urlset></urlset>')
        const items = bend(
          view.fault,
          jobsOf(view).map((job) => item(job, url)),
          ODD_ITEMS,
        )
        const channel = `<channel><title>Jobs</title>${items.join('')}</channel>`
        return xmlBody(`<?xml version="1.0"?><rss version="2.0">${channel}</rss>`)
      },
    },
  ],
}

/** An item. Every second one has no id of its own. */
function item(job: SampleJob, url: URL): string {
  const id = job.number % 2 === 0 ? '' : `<g:id>${job.number}</g:id>`
  const link = url.href.replace('sitemal.xml', `job/x/${job.number}/`)
  return `<item><title>${escapeHtml(`${job.title} (${job.place})`)}</title><link>${link}</link>${id}
<g:location>${escapeHtml(job.place)}</g:location><g:employer>Sample</g:employer>
<description>${escapeHtml(job.html)}</description><g:expiration_date>2027-01-31</g:expiration_date></item>`
}

const ODD_ITEMS = ['<item><g:id>7</g:id></item>', '<item/>']
