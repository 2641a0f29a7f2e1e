import { escapeHtml, page } from './html.ts'

/** The page with links to the listings of all companies. */
export function homePage(samples: readonly { name: string; listing: string }[]): string {
  const items = samples.map(
    ({ name, listing }) => `<li><a href="${listing}">${escapeHtml(name)}</a></li>`,
  )
  return page('Sample career sites', `<h1>Companies</h1><ul>${items.join('')}</ul>`)
}
