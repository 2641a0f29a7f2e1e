import { bend } from './board-view.ts'
import { jsonBody } from './body.ts'
import type { SamplePlatform } from './listing-route.ts'
import { jobOf, jobsOf, partOf, type SampleJob, totalOf } from './sample-job.ts'

const LISTING = '/v1/companies'

/** SmartRecruiters' posting API: a list in pages, and a detail for each posting. */
export const smartrecruiters: SamplePlatform = {
  source: ({ board, origin }) => ({ type: 'smartrecruiters', board, base_url: origin }),
  listing: (board) => `${LISTING}/${board}/postings`,
  routes: [
    {
      path: /^\/v1\/companies\/([^/]+)\/postings$/,
      body: (view, url) => {
        if (view.fault === 'wrong-shape') return jsonBody({ message: 'Not found' })
        if (view.fault === 'empty-list') return jsonBody([])
        const rows = bend<object | null>(view.fault, jobsOf(view).flatMap(row), ODD_ROWS)
        const offset = Number(url.searchParams.get('offset') ?? 0)
        const limit = Math.min(100, Number(url.searchParams.get('limit') ?? 10))
        const content = partOf(view, rows, [offset, limit])
        return jsonBody({ offset, limit, totalFound: totalOf(view, rows.length), content })
      },
    },
    {
      path: /^\/v1\/companies\/([^/]+)\/postings\/[^/]+$/,
      body: (view, url) => {
        const job = jobOf(view, url.pathname.split('/').at(-1) ?? '')
        return job && jsonBody(detail(job))
      },
    },
  ],
}

/** The rows of a posting. Every seventh one has a copy in another language, with the same reference. */
function row(job: SampleJob): object[] {
  const { number } = job
  const first = {
    id: job.id,
    name: job.title,
    refNumber: `REF${number}`,
    defaultJobAd: true,
    company: { identifier: 'Sample', name: 'Sample' },
    releasedDate: job.published,
    location: {
      city: job.city,
      country: 'de',
      remote: job.workplace === 'remote',
      hybrid: job.workplace === 'hybrid',
      fullLocation: `${job.city}, , ${job.country}`,
    },
    department: number % 3 === 0 ? {} : { id: 1, label: job.department },
    typeOfEmployment: { id: 'permanent', label: job.employment },
    language: { code: 'en' },
    visibility: 'PUBLIC',
  }
  if (number % 7 !== 0) return [first]
  const copy = { ...first, id: `copy-${number}`, defaultJobAd: false, language: { code: 'de' } }
  return [copy, first]
}

function detail({ id, title, html }: SampleJob): object {
  const postingUrl = `https://jobs.smartrecruiters.com/Sample/${id}`
  const jobDescription = { title: 'Job Description', text: html }
  return {
    id,
    name: title,
    active: true,
    postingUrl,
    applyUrl: `${postingUrl}?oga=true`,
    jobAd: { sections: { companyDescription: { title: 'About us' }, jobDescription } },
  }
}

const ODD_ROWS = [null, { name: 'Without an id' }, { id: 'without-a-name', location: 7 }]
