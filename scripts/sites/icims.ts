import { bend } from './board-view.ts'
import { htmlBody } from './body.ts'
import { escapeHtml, page } from './html.ts'
import type { SamplePlatform } from './listing-route.ts'
import { jobOf, jobPage, jobsOf, partOf, type SampleJob } from './sample-job.ts'

const PAGE = 20

/** iCIMS' career site: pages of cards, and the jobs' pages within a frame. The board's own host is a folder here. */
export const icims: SamplePlatform = {
  source: ({ board, origin }) => ({ type: 'icims', board, base_url: `${origin}/icims/${board}` }),
  listing: (board) => `/icims/${board}/jobs/search?in_iframe=1&pr=0`,
  routes: [
    {
      path: /^\/icims\/([^/]+)\/jobs\/search$/,
      body: (view, url) => {
        if (view.fault === 'wrong-shape' || view.fault === 'empty-list') {
          return htmlBody(page('Jobs', '<h1>Request unsuccessful</h1>'))
        }
        const all = bend(
          view.fault,
          jobsOf(view).map((job) => card(job, url)),
          ODD_CARDS,
        )
        const pages = Math.max(1, Math.ceil(all.length / PAGE))
        // The page behind the last one is the last one again.
        const at = Math.min(pages - 1, Number(url.searchParams.get('pr') ?? 0))
        const links = Array.from(
          { length: pages },
          (_, n) => `<a href="search?pr=${n}&amp;o=">${n}</a>`,
        )
        const cards = partOf(view, all, [at * PAGE, PAGE]).join('')
        return htmlBody(page('Jobs', `<ul>${cards}</ul>${pages === 1 ? '' : links.join('')}`))
      },
    },
    {
      path: /^\/icims\/([^/]+)\/jobs\/[^/]+\/job\/job$/,
      body: (view, url) =>
        url.searchParams.get('in_iframe') === '1'
          ? jobPage(jobOf(view, url.pathname.split('/').at(-3) ?? ''))
          : htmlBody(page('Job', '<iframe></iframe>')),
    },
  ],
}

function card(job: SampleJob, url: URL): string {
  const href = `${url.origin}${url.pathname.replace(/search$/, String(job.number))}/job/job?in_iframe=1`
  return `<li class="iCIMS_JobCardItem"><div class="col-xs-6 header left">
<span class="sr-only field-label">Job Locations</span><span>${escapeHtml(job.place)}</span></div>
<div class="title"><a href="${href}" class="iCIMS_Anchor"><span class="sr-only field-label">Job Title</span>
<h3>${escapeHtml(job.title)}</h3></a></div><dl><dd><span>2026-${job.number}</span></dd></dl></li>`
}

const ODD_CARDS = ['<li class="iCIMS_JobCardItem"><h3>Without a link</h3></li>']
