import type { Source } from '../../src/protocol/company.ts'
import type { BoardView } from './board-view.ts'
import type { Body } from './body.ts'

/** The path and the content of one kind of listing. The first group of `path` is the board's name. */
export type ListingRoute = {
  readonly path: RegExp
  /** `sent` is the body of the request. Undefined for an address that the board does not have. */
  body(view: BoardView, url: URL, sent: string): Body | undefined
}

type BoardPlace = { readonly board: string; readonly origin: string; readonly turn: number }

/** A platform of the sample sites: the source of a company there, the path of its listing, and what it answers. */
export type SamplePlatform = {
  source(at: BoardPlace): Source
  listing(board: string): string
  readonly routes: readonly ListingRoute[]
}
