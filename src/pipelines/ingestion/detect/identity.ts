import type { Source } from '../../../protocol/company.ts'
import { MustWait } from '../../fetch.ts'
import { PlanFailure } from '../../pipeline.ts'
import type { ListedPosting } from '../listed.ts'
import { identifierOf, readListingOf } from '../sources/listing-of.ts'
import type { BoardIdentity, ListingPorts } from '../sources/source.ts'

/** What a board said of itself. `told` is a sentence. */
export type AskedBoard = {
  readonly name: string | null
  readonly confirmed: boolean
  readonly told: string
}

/** Asks a board whether it exists, and for its own name. A board that does not answer is not confirmed. */
export async function askBoard(source: Source, ports: ListingPorts): Promise<AskedBoard> {
  try {
    const identify = identifierOf(source.type) ?? identifyByListing
    const { name, exists } = await identify(source, ports)
    if (!exists) return { name: null, confirmed: false, told: UNPROVEN }
    const told = name === null ? 'The board answers.' : `The board answers, as "${name}".`
    return { name, confirmed: true, told }
  } catch (error) {
    if (ports.signal.aborted) return { name: null, confirmed: false, told: TOO_SLOW }
    if (!(error instanceof PlanFailure || error instanceof MustWait)) throw error
    return { name: null, confirmed: false, told: `It is not confirmed: ${error.message}` }
  }
}

const TOO_SLOW = 'It is not confirmed: the board did not answer in time.'

const UNPROVEN =
  'It is not confirmed: the board lists nothing, and the platform says the same of boards that it does not know.'

/** Some platforms have two hosts, and the first of them may not know the board. */
const MAX_PAGES = 2

/** More of a listing is not read: its first pages have shown that the board exists. */
class ReadEnough extends Error {}

/** Reads the start of the board's listing, which a reader refuses if the answer is none. */
async function identifyByListing(source: Source, ports: ListingPorts): Promise<BoardIdentity> {
  let pages = 0
  const fetch: ListingPorts['fetch'] = (url, init) => {
    pages += 1
    return pages > MAX_PAGES ? Promise.reject(new ReadEnough()) : ports.fetch(url, init)
  }
  try {
    const { postings, incomplete } = await readListingOf(source, { ...ports, fetch })
    return { name: employerOf(postings), exists: postings.length > 0 || incomplete === null }
  } catch (error) {
    if (!(error instanceof ReadEnough)) throw error
    return { name: null, exists: true }
  }
}

/** The employer of most postings. A board may also list jobs of other companies. */
function employerOf(postings: readonly ListedPosting[]): string | null {
  const counts = new Map<string, number>()
  for (const { employer } of postings)
    if (employer !== undefined) counts.set(employer, (counts.get(employer) ?? 0) + 1)
  const [first] = [...counts].toSorted(([, a], [, b]) => b - a)
  return first?.[0] ?? null
}
