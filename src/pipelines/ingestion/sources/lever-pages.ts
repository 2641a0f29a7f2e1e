import { z } from 'zod'

import { PlanFailure, type PlanPorts } from '../../pipeline.ts'
import { readListing, unreadable } from './listing.ts'

/** A company's site at one of Lever's regions, or at what stands in for it. */
export type LeverSite = { readonly board: string; readonly origin: string }

type Pages = { readonly items: readonly unknown[]; readonly incomplete: string | null }

const MAX_ITEMS = 20_000
/** Whatever limit a server sets is likely to be a multiple of this. */
const ROUND = 50

/** The first region that knows the site; where none does, the last one's word. */
export async function readRegions(
  sites: readonly LeverSite[],
  read: (site: LeverSite) => Promise<Pages>,
): Promise<Pages> {
  let unknown: unknown
  for (const site of sites) {
    try {
      return await read(site)
    } catch (error) {
      if (!(error instanceof PlanFailure) || error.failure.code !== 'board_not_found') throw error
      unknown = error
    }
  }
  throw unknown
}

/**
 * Lever documents `skip` and `limit` and names no limit of its own: a list of a round length may
 * have been cut there, and the rest is asked for. Each page begins with the last posting of the one
 * before, so that a list that moved meanwhile, or a page that comes again, is seen as such.
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

const MOVED = 'The listing changed while it was read, or the same page of it came again.'
const TOO_LONG = `The listing has more than ${MAX_ITEMS} postings.`

async function readPage(
  site: LeverSite,
  skip: number,
  ports: Pick<PlanPorts, 'fetch' | 'signal'>,
): Promise<unknown[]> {
  const { board, origin } = site
  const path = `${origin}/v0/postings/${encodeURIComponent(board)}?mode=json`
  const url = skip === 0 ? path : `${path}&skip=${skip}`
  const read = z.array(z.unknown()).safeParse(await readListing({ board, url }, ports))
  if (!read.success) throw unreadable(`The listing of the board "${board}" is no list of postings.`)
  return read.data
}

function idOf(item: unknown): unknown {
  return z.object({ id: z.unknown() }).safeParse(item).data?.id
}
