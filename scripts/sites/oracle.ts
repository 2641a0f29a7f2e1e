import { bend } from './board-view.ts'
import { jsonBody } from './body.ts'
import type { SamplePlatform } from './listing-route.ts'
import { jobOf, jobsOf, partOf, type SampleJob, totalOf } from './sample-job.ts'

const API = /^\/oracle\/([^/]+)\/hcmRestApi\/resources\/latest\/recruitingCEJobRequisitions$/
const DETAILS =
  /^\/oracle\/([^/]+)\/hcmRestApi\/resources\/latest\/recruitingCEJobRequisitionDetails$/

/** Oracle Recruiting: a list by a finder, and a detail for each requisition. The board's host is a folder here. */
export const oracle: SamplePlatform = {
  source: ({ board, origin }) => ({
    type: 'oracle',
    board: 'sample.fa.us2/CX_1',
    base_url: `${origin}/oracle/${board}`,
  }),
  listing: (board) => `/oracle/${board}/hcmRestApi/resources/latest/recruitingCEJobRequisitions`,
  routes: [
    {
      path: API,
      body: (view, url) => {
        if (view.fault === 'wrong-shape') return jsonBody({ items: [] })
        if (view.fault === 'empty-list') return jsonBody([])
        const rows = bend<object | null>(view.fault, jobsOf(view).map(row), ODD_ROWS)
        const offset = Number(/offset=(\d+)/.exec(url.search)?.[1] ?? 0)
        // A page has two fewer than asked for.
        const requisitionList = partOf(view, rows, [offset, 198])
        const TotalJobsCount = totalOf(view, rows.length)
        return jsonBody({ items: [{ TotalJobsCount, requisitionList }], count: 1, hasMore: false })
      },
    },
    {
      path: DETAILS,
      body: (view, url) => {
        const id = /Id="([^"]+)"/.exec(url.searchParams.get('finder') ?? '')?.[1] ?? ''
        const job = jobOf(view, id)
        return job && jsonBody({ items: [detail(job)] })
      },
    },
  ],
}

/** A requisition. Every fourth one has a second place. */
function row(job: SampleJob): object {
  return {
    Id: job.id,
    Title: job.title,
    PostedDate: job.published.slice(0, 10),
    PrimaryLocation: job.place,
    secondaryLocations:
      job.number % 4 === 0 ? [{ Name: 'Lisbon, Portugal', CountryCode: 'PT' }] : [],
    WorkplaceTypeCode: { remote: 'ORA_REMOTE', hybrid: 'ORA_HYBRID', onsite: 'ORA_ON_SITE' }[
      job.workplace
    ],
    WorkplaceType: 'Arbeitsort',
  }
}

function detail(job: SampleJob): object {
  return {
    Id: job.id,
    Title: job.title,
    ExternalDescriptionStr: job.html,
    ExternalQualificationsStr: '',
    ExternalPostedStartDate: job.published.replace('.000Z', '+00:00'),
  }
}

const ODD_ROWS = [null, { Title: 'Without an id' }, { Id: 'without-a-title', Title: 7 }]
