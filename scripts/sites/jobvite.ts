import { bend } from './board-view.ts'
import { htmlBody } from './body.ts'
import { escapeHtml, page } from './html.ts'
import type { SamplePlatform } from './listing-route.ts'
import { jobOf, jobPage, jobsOf, partOf, type SampleJob, totalOf } from './sample-job.ts'

const PAGE = 50

/** Jobvite's career site: pages of a table that count the jobs, and the jobs' pages. */
export const jobvite: SamplePlatform = {
  source: ({ board, origin }) => ({ type: 'jobvite', board, base_url: `${origin}/jobvite` }),
  listing: (board) => `/jobvite/${board}/jobs`,
  routes: [
    {
      path: /^\/jobvite\/([^/]+)\/jobs$/,
      body: (view, url) => {
        if (view.fault === 'wrong-shape' || view.fault === 'empty-list') {
          return htmlBody(page('Jobs', '<h1>Sign in</h1>'))
        }
        const all = bend(
          view.fault,
          jobsOf(view).map((job) => row(job, url)),
          ODD_ROWS,
        )
        const from = Number(url.searchParams.get('p') ?? 0) * PAGE
        const rows = partOf(view, all, [from, PAGE])
        const count = `${from + 1} - ${from + rows.length} of ${totalOf(view, all.length)}`
        const more = all.length > from + PAGE || view.fault === 'repeated-page'
        const next = `<a class="jv-pagination-next" href="?p=${from / PAGE + 1}">Next</a>`
        const paging = `<span class="jv-pagination-text">${count}</span>${more ? next : ''}`
        return htmlBody(page('Jobs', `<table>${rows.join('')}</table>${paging}`))
      },
    },
    {
      path: /^\/jobvite\/([^/]+)\/job\/[^/]+$/,
      body: (view, url) => jobPage(jobOf(view, url.pathname.split('/o').at(-1) ?? '')),
    },
  ],
}

function row(job: SampleJob, url: URL): string {
  const href = url.pathname.replace(/jobs$/, `job/o${job.number}`)
  return `<tr><td><a href="${href}">${escapeHtml(job.title)}</a></td>
<td class="jv-job-list-location">\n  ${escapeHtml(job.place)}\n</td></tr>`
}

const ODD_ROWS = ['<tr><td><a href="/x/job/o1"></a></td></tr>', '<tr><td>no link</td></tr>']
