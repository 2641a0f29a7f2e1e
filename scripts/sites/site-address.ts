import { type BoardView, siteOf } from './board-view.ts'
import { idOf } from './posting.ts'

/** Where a site shows a posting: every fifth address has a query, with an ampersand in it. */
export function sitePageOf(view: BoardView, number: number): string {
  const query = number % 5 === 0 ? '?ref=a&lang=en' : ''
  return `${siteOf(view)}/jobs/${idOf(view.board, number)}${query}`
}
