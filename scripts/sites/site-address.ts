import { type BoardView, siteOf } from './board-view.ts'
import { idOf } from './posting.ts'

/** The address of a posting on a company's own site. Every fifth address has a query with an ampersand. */
export function sitePageOf(view: BoardView, number: number): string {
  const query = number % 5 === 0 ? '?ref=a&lang=en' : ''
  return `${siteOf(view)}/jobs/${idOf(view.board, number)}${query}`
}
