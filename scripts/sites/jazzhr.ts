import { bend } from './board-view.ts'
import { htmlBody } from './body.ts'
import { escapeHtml, page } from './html.ts'
import type { SamplePlatform } from './listing-route.ts'
import { jobOf, jobPage, jobsOf, type SampleJob } from './sample-job.ts'

/** JazzHR's career site: a table of jobs, and the jobs' pages. The board's own host is a folder here. */
export const jazzhr: SamplePlatform = {
  source: ({ board, origin }) => ({ type: 'jazzhr', board, base_url: `${origin}/jazzhr/${board}` }),
  listing: (board) => `/jazzhr/${board}/apply/jobs`,
  routes: [
    {
      path: /^\/jazzhr\/([^/]+)\/apply\/jobs$/,
      body: (view, url) => {
        if (view.fault === 'wrong-shape' || view.fault === 'empty-list') {
          return htmlBody(page('Jobs', '<h1>Just a moment</h1>'))
        }
        const rows = bend(
          view.fault,
          jobsOf(view).map((job) => row(job, url)),
          ODD_ROWS,
        )
        return htmlBody(page('Jobs', `<table>${rows.join('')}</table>`))
      },
    },
    {
      path: /^\/jazzhr\/([^/]+)\/apply\/jobs\/details\/[^/]+$/,
      body: (view, url) => jobPage(jobOf(view, url.pathname.split('/').at(-1) ?? '')),
    },
  ],
}

function row(job: SampleJob, url: URL): string {
  return `<tr id="row_job_2026_${job.number}"><td>
<a class="job_title_link" href="${url.pathname}/details/${job.number}?source=x">${escapeHtml(job.title)}</a>
<span class="resumator_department">${escapeHtml(job.department)}</span></td>
<td>${escapeHtml(job.place)}</td></tr>`
}

const ODD_ROWS = ['<tr id="row_job_2026_x"><td>Without a link</td></tr>']
