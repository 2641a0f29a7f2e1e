import { boardName, companyName } from './company.ts'
import type { ListingFault } from './fault.ts'
import type { PostingKey } from './posting.ts'
import { rosterAt } from './roster.ts'
import type { SiteSettings } from './settings.ts'

/** A board at the time of one request. Equal views have equal listings. */
export type BoardView = {
  readonly settings: SiteSettings
  readonly origin: string
  readonly board: number
  readonly visit: number
  readonly fault: ListingFault | undefined
}

/** Returns the postings that the board lists. A board with the fault `empty` or `empty-list` lists none. */
export function listedIn(view: BoardView): readonly PostingKey[] {
  const { settings, board, visit, fault } = view
  if (fault === 'empty' || fault === 'empty-list') return []
  return rosterAt(settings, board, visit).map((listed) => ({
    seed: settings.seed,
    board,
    ...listed,
  }))
}

export function companyOf({ settings, board }: BoardView): string {
  return companyName(settings.seed, board)
}

/** The address of a company's own site. */
export function siteOf({ origin, board }: BoardView): string {
  return `${origin}/sites/${boardName(board)}`
}

/** Repeats one item, or adds odd ones, if the fault says so. */
export function bend<T>(fault: ListingFault | undefined, items: T[], odd: readonly T[]): T[] {
  if (fault === 'duplicate-id') return [...items, ...items.slice(0, 1)]
  return fault === 'odd-items' ? [...items, ...odd] : items
}
