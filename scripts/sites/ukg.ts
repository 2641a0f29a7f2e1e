import { bend } from './board-view.ts'
import { htmlBody, jsonBody } from './body.ts'
import { page } from './html.ts'
import type { SamplePlatform } from './listing-route.ts'
import { jobOf, jobsOf, partOf, type SampleJob, totalOf } from './sample-job.ts'

const ID = '00000000-0000-4000-8000-000000000000'

/** UKG Pro's job board: a page that names its list, the list, and the opportunities' pages. */
export const ukg: SamplePlatform = {
  source: ({ board, origin }) => ({
    type: 'ukg',
    board: `recruiting.ultipro.com/SAMPLE/${ID}`,
    base_url: `${origin}/ukg/${board}`,
  }),
  listing: (board) => `/ukg/${board}/SAMPLE/JobBoard/${ID}/`,
  routes: [
    {
      path: /^\/ukg\/([^/]+)\/SAMPLE\/JobBoard\/[^/]+\/$/,
      body: (view, url) => {
        const script = `<script>var board = { loadUrl: "${url.pathname}Load" };</script>`
        return htmlBody(page('Jobs', view.fault === 'wrong-shape' ? '' : script))
      },
    },
    {
      path: /^\/ukg\/([^/]+)\/SAMPLE\/JobBoard\/[^/]+\/Load$/,
      body: (view, _url, sent) => {
        if (view.fault === 'empty-list') return jsonBody([])
        const all = bend<object | null>(view.fault, jobsOf(view).map(opportunity), ODD)
        const skip = Number(/"Skip":(\d+)/.exec(sent)?.[1] ?? 0)
        const opportunities = partOf(view, all, [skip, 50])
        return jsonBody({ opportunities, totalCount: totalOf(view, all.length) })
      },
    },
    {
      path: /^\/ukg\/([^/]+)\/SAMPLE\/JobBoard\/[^/]+\/OpportunityDetail$/,
      body: (view, url) => {
        const job = jobOf(view, url.searchParams.get('opportunityId') ?? '')
        return job && htmlBody(page('Job', detail(job)))
      },
    },
  ],
}

function opportunity(job: SampleJob): object {
  return {
    Id: job.id,
    Title: job.title,
    FullTime: job.number % 2 === 0,
    JobCategoryName: job.department,
    JobLocationType: job.workplace === 'remote' ? 2 : 1,
    PostedDate: job.published,
    Locations: [{ LocalizedName: job.place, Address: null }],
  }
}

function detail({ id, html }: SampleJob): string {
  const data = JSON.stringify({ Id: id, Description: html, OpportunityIsClosed: false })
  const escaped = data.replaceAll('<', String.raw`\u003c`)
  return `<script>var a = {}; new US.Opportunity.CandidateOpportunityDetail(${escaped});</script>`
}

const ODD = [null, { Title: 'Without an id' }, { Id: 'x', Title: 7 }]
