import { bend } from './board-view.ts'
import { htmlBody, jsonBody } from './body.ts'
import { page } from './html.ts'
import type { SamplePlatform } from './listing-route.ts'
import { jobOf, jobPage, jobsOf, partOf, type SampleJob } from './sample-job.ts'

const PAGE = 50

/** JOIN: a company's page with its number, its list in pages, and the jobs' pages. */
export const join: SamplePlatform = {
  source: ({ board, origin }) => ({ type: 'join', board, base_url: `${origin}/join/${board}` }),
  listing: (board) => `/join/${board}/companies/${board}`,
  routes: [
    {
      path: /^\/join\/([^/]+)\/companies\/[^/]+$/,
      body: ({ fault }) => {
        const number = fault === 'wrong-shape' ? '' : '"company":{"id":42,"name":"Sample"}'
        return htmlBody(page('Sample', `<script>window.x = {${number}}</script>`))
      },
    },
    {
      path: /^\/join\/([^/]+)\/api\/public\/companies\/42\/jobs$/,
      body: (view, url) => {
        if (view.fault === 'empty-list') return jsonBody([])
        const all = bend<object | null>(view.fault, jobsOf(view).map(job), ODD_JOBS)
        const at = Number(url.searchParams.get('page') ?? 1)
        const items = partOf(view, all, [(at - 1) * PAGE, PAGE])
        const totalPages = Math.max(1, Math.ceil(all.length / PAGE))
        return jsonBody({ items, pagination: { page: at, totalPages } })
      },
    },
    {
      path: /^\/join\/([^/]+)\/companies\/[^/]+\/[^/]+$/,
      body: (view, url) =>
        jobPage(jobOf(view, url.pathname.split('/').at(-1)?.split('-')[0] ?? '')),
    },
  ],
}

function job({ number, title, ...rest }: SampleJob): object {
  return {
    id: number,
    idParam: `${number}-job`,
    title,
    city: { cityName: rest.city, countryName: rest.country },
    workplaceType: rest.workplace.toUpperCase(),
    category: { name: rest.department },
    employmentType: { name: rest.employment },
    createdAt: rest.published,
  }
}

const ODD_JOBS = [null, { title: 'Without an id' }, { id: 'x', title: 7 }]
