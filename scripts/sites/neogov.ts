import { bend } from './board-view.ts'
import { xmlBody } from './body.ts'
import { escapeHtml } from './html.ts'
import type { SamplePlatform } from './listing-route.ts'
import { jobsOf, type SampleJob } from './sample-job.ts'

/** NEOGOV's feed, which begins with a mark of its encoding. The agency's name is a folder here. */
export const neogov: SamplePlatform = {
  source: ({ board, origin }) => ({ type: 'neogov', board, base_url: `${origin}/neogov/${board}` }),
  listing: (board) => `/neogov/${board}/SearchEngine/JobsFeed?agency=${board}`,
  routes: [
    {
      path: /^\/neogov\/([^/]+)\/SearchEngine\/JobsFeed$/,
      body: (view) => {
        if (view.fault === 'wrong-shape') return xmlBody('<html><body>Error</body></html>')
        if (view.fault === 'empty-list') return xmlBody('<urlset></urlset>')
        const items = bend(view.fault, jobsOf(view).map(item), ODD_ITEMS)
        return xmlBody(`\uFEFF<rss version="2.0"><channel>${items.join('')}</channel></rss>`)
      },
    },
  ],
}

/** An item. Every third one names no pay. */
function item(job: SampleJob): string {
  const pay = `<joblisting:minimumSalary>${job.pay.min}</joblisting:minimumSalary>
<joblisting:maximumSalary>${job.pay.max}</joblisting:maximumSalary><joblisting:salaryCurrency>EUR</joblisting:salaryCurrency>
<joblisting:salaryInterval>Year</joblisting:salaryInterval>`
  return `<item><link>https://www.governmentjobs.com/careers/sample/jobs/${job.number}</link>
<title>${escapeHtml(job.title)}</title><description>${escapeHtml(job.html)}</description>
<joblisting:jobId>${job.number}</joblisting:jobId><joblisting:location>${escapeHtml(job.place)}</joblisting:location>
${job.number % 3 === 0 ? '' : pay}</item>`
}

const ODD_ITEMS = ['<item><title>Without an id</title></item>', '<item/>']
