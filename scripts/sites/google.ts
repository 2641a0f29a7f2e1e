import { bend } from './board-view.ts'
import { xmlBody } from './body.ts'
import { escapeHtml } from './html.ts'
import type { SamplePlatform } from './listing-route.ts'
import { jobsOf, type SampleJob } from './sample-job.ts'

/** Google's feed of its jobs. The sample board's name is a folder here. */
export const google: SamplePlatform = {
  source: ({ board, origin }) => ({
    type: 'google',
    board: 'all',
    base_url: `${origin}/google/${board}`,
  }),
  listing: (board) => `/google/${board}/about/careers/applications/jobs/feed.xml`,
  routes: [
    {
      path: /^\/google\/([^/]+)\/about\/careers\/applications\/jobs\/feed\.xml$/,
      body: (view) => {
        if (view.fault === 'wrong-shape') return xmlBody('<error/>')
        if (view.fault === 'empty-list') return xmlBody('<html></html>')
        const jobs = bend(view.fault, jobsOf(view).map(job), ODD_JOBS)
        return xmlBody(`<?xml version="1.0"?><jobs><updated>now</updated>${jobs.join('')}</jobs>`)
      },
    },
  ],
}

/** A job. Its id is larger than a number may be, and its description is escaped. */
function job(sample: SampleJob): string {
  const { number, title, city, country, html } = sample
  const id = 900_000_000_000_000_000n + BigInt(number)
  return `<job><published>${sample.published}</published><jobid>${id}</jobid><title>${escapeHtml(title)}</title>
<description>${escapeHtml(html)}</description><url>https://careers.google.com/jobs/results/${id}-job/</url>
<jobtype>FULL_TIME</jobtype><employer>Google</employer><remote>${sample.workplace}</remote>
<locations><location><city>${escapeHtml(city)}</city><state></state><country>${escapeHtml(country)}</country></location></locations></job>`
}

const ODD_JOBS = ['<job><title>Without an id</title></job>', '<job/>']
