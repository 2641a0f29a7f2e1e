import type { BoardView } from './board-view.ts'
import { escapeHtml, page } from './html.ts'
import { jsonLdOf } from './json-ld.ts'
import { contentOf, type PostingKey, titleOf } from './posting.ts'

/** A posting on a board's own page. */
export function plainPage(view: BoardView, key: PostingKey): string {
  return page(titleOf(key), contentOf(key, view.settings.content))
}

/** A posting on a company's own site, with JSON-LD and with other content around it. */
export function sitePage(view: BoardView, key: PostingKey): string {
  const title = titleOf(key)
  const crumbs = '{"@context":"https://schema.org/","@type":"BreadcrumbList"}'
  const head = [crumbs, jsonLdOf(view, key)].map(script).join('')
  return page(title, `${around(title)}${contentOf(key, view.settings.content)}${AFTER}`, head)
}

/** A posting on a company's own site, without JSON-LD. */
export function unmarkedPage(view: BoardView, key: PostingKey): string {
  const title = titleOf(key)
  return page(title, `${around(title)}${contentOf(key, view.settings.content)}${AFTER}`)
}

function script(text: string): string {
  return `<script type="application/ld+json">${text}</script>`
}

function around(title: string): string {
  return `<nav><a href="../careers">All jobs</a></nav><h1>${escapeHtml(title)}</h1>`
}

const AFTER = '<footer><a href="../about">About us</a></footer>'
