import { boardName, companyName } from './company.ts'
import type { ListingFault } from './fault.ts'
import type { PostingKey } from './posting.ts'
import { rosterAt } from './roster.ts'
import type { SiteSettings } from './settings.ts'

/** A board as one request finds it; equal views have equal listings. */
export type BoardView = {
  readonly settings: SiteSettings
  readonly origin: string
  readonly board: number
  readonly visit: number
  readonly fault: ListingFault | undefined
}

/** What the board lists, but for what its fault keeps back. */
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

/** Where the pages of a company stand that has a site of its own. */
export function siteOf({ origin, board }: BoardView): string {
  return `${origin}/sites/${boardName(board)}`
}

/** The items with one of them twice, or with odd ones behind them, where the fault says so. */
export function bend<T>(fault: ListingFault | undefined, items: T[], odd: readonly T[]): T[] {
  if (fault === 'duplicate-id') return [...items, ...items.slice(0, 1)]
  return fault === 'odd-items' ? [...items, ...odd] : items
}
