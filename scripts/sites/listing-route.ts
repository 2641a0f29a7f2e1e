import type { BoardView } from './board-view.ts'
import type { Body } from './body.ts'

/** The path and the content of one kind of listing. The first group of `path` is the board's name. */
export type ListingRoute = {
  readonly path: RegExp
  body(view: BoardView, url: URL): Body
}
