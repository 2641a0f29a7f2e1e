import type { BoardView } from './board-view.ts'
import type { Body } from './body.ts'

/** One listing that can be asked for: the first group of `path` is the board's name. */
export type ListingRoute = {
  readonly path: RegExp
  body(view: BoardView, url: URL): Body
}
