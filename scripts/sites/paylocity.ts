import { bend } from './board-view.ts'
import { htmlBody } from './body.ts'
import { page } from './html.ts'
import type { SamplePlatform } from './listing-route.ts'
import { jobOf, jobPage, jobsOf, type SampleJob } from './sample-job.ts'

const GUID = '00000000-0000-4000-8000-000000000000'

/** Paylocity's list, which is data in a page's script. The sample board's name is a folder here. */
export const paylocity: SamplePlatform = {
  source: ({ board, origin }) => ({
    type: 'paylocity',
    board: GUID,
    base_url: `${origin}/paylocity/${board}`,
  }),
  listing: (board) => `/paylocity/${board}/Recruiting/Jobs/All/${GUID}`,
  routes: [
    {
      path: /^\/paylocity\/([^/]+)\/Recruiting\/Jobs\/All\/[^/]+$/,
      body: (view) => {
        if (view.fault === 'wrong-shape') return htmlBody(page('Jobs', '<p>JobNotFound</p>'))
        if (view.fault === 'empty-list') return htmlBody(page('Jobs', script([])))
        const jobs = bend<object | null>(view.fault, jobsOf(view).flatMap(rows), ODD_JOBS)
        return htmlBody(page('Jobs', script({ ModuleTitle: 'Sample "Inc." }', Jobs: jobs })))
      },
    },
    {
      path: /^\/paylocity\/([^/]+)\/Recruiting\/Jobs\/Details\/[^/]+$/,
      body: (view, url) => jobPage(jobOf(view, url.pathname.split('/').at(-1) ?? '')),
    },
  ],
}

function script(data: unknown): string {
  return `<script>window.pageData = ${JSON.stringify(data).replaceAll('<', '\\u003c')};</script>`
}

/** The rows of a job. Every fifth one has another row for the company's own people. */
function rows(job: SampleJob): object[] {
  const row = {
    JobId: job.id,
    JobTitle: job.title,
    LocationName: job.place,
    PublishedDate: job.published,
    Description: '',
    IsInternal: false,
    IsRemote: job.workplace === 'remote',
    HiringDepartment: job.department,
    JobLocation: job.number % 2 === 0 ? { City: job.city, Country: job.country } : null,
  }
  return job.number % 5 === 0 ? [row, { ...row, JobId: `own-${job.id}`, IsInternal: true }] : [row]
}

const ODD_JOBS = [null, { JobTitle: 'Without an id' }, { JobId: 7, JobTitle: 7 }]
