import type { sampleCompany } from './company.ts'
import { escapeHtml, page } from './html.ts'

type Sample = ReturnType<typeof sampleCompany>

/** The page with links to all companies. */
export function homePage(samples: readonly Sample[]): string {
  const items = samples.map(({ name, source }) => {
    return `<li><a href="${listingOf(source)}">${escapeHtml(name)}</a></li>`
  })
  return page('Sample career sites', `<h1>Companies</h1><ul>${items.join('')}</ul>`)
}

function listingOf(source: Sample['source']): string {
  switch (source.type) {
    case 'greenhouse':
      return `/v1/boards/${source.board}/jobs?content=true`
    case 'lever':
      return `/v0/postings/${source.board}?mode=json`
    case 'ashby':
      return `/posting-api/job-board/${source.board}?includeCompensation=true`
    case 'site':
      return new URL(source.url).pathname
  }
}
