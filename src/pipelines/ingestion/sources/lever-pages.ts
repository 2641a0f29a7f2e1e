import { z } from 'zod'

import type { PlanPorts } from '../../pipeline.ts'
import { readListing, unreadable } from './listing.ts'

/** A company's site in one of Lever's regions, or at the source's `base_url`. */
type LeverSite = { readonly board: string; readonly origin: string }

type Pages = { readonly items: readonly unknown[]; readonly incomplete: string | null }

const MAX_ITEMS = 20_000
/** If a server limits the length of a page, the limit is likely to be a multiple of this number. */
const ROUND = 50

/**
 * Reads all pages of a site's list. Lever documents `skip` and `limit`, but not how many postings it sends at
 * most. Lever may have cut a list of a round length, so this function asks for the rest. It asks for each further
 * page from the last posting of the page before. A page that begins with another posting shows that the list
 * changed meanwhile, or that Lever sent a page again.
 */
export async function readPages(
  site: LeverSite,
  ports: Pick<PlanPorts, 'fetch' | 'signal'>,
): Promise<Pages> {
  let items = await readPage(site, 0, ports)
  const size = items.length
  let goesOn = mayBeCut(size)
  while (goesOn) {
    if (items.length >= MAX_ITEMS) return { items, incomplete: TOO_LONG }
    const next = await readPage(site, items.length - 1, ports)
    if (idOf(next[0]) !== idOf(items.at(-1))) return { items, incomplete: MOVED }
    items = items.concat(next.slice(1))
    goesOn = next.length === size
  }
  return { items, incomplete: null }
}

function mayBeCut(size: number): boolean {
  return size > 0 && size % ROUND === 0
}

const MOVED = 'The job list changed while it was read, or Lever sent a page of the list again.'
const TOO_LONG = `The job list has more than ${MAX_ITEMS} postings.`

async function readPage(
  site: LeverSite,
  skip: number,
  ports: Pick<PlanPorts, 'fetch' | 'signal'>,
): Promise<unknown[]> {
  const { board, origin } = site
  const path = `${origin}/v0/postings/${encodeURIComponent(board)}?mode=json`
  const url = skip === 0 ? path : `${path}&skip=${skip}`
  const read = z.array(z.unknown()).safeParse(await readListing({ board, url }, ports))
  if (!read.success)
    throw unreadable(`The board "${board}" answered with JSON that holds no list of postings.`)
  return read.data
}

function idOf(item: unknown): unknown {
  return z.object({ id: z.unknown() }).safeParse(item).data?.id
}
