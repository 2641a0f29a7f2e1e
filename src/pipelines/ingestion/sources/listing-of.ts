import type { Source } from '../../../protocol/company.ts'
import type { ListingCertificate } from '../../../protocol/visit.ts'
import type { Fetched, FetchPort } from '../../fetch.ts'
import { PlanFailure } from '../../pipeline.ts'
import { certificateOf } from '../certificate.ts'
import type { ListedPosting, SourceListing } from '../listed.ts'
import { putsOf } from '../puts.ts'
import * as registry from './registry.ts'
import type { BoardIdentity, DetailReader, ListingPorts } from './source.ts'

type RegisteredSource = {
  readonly type: string
  readonly listStored: (source: Source, ports: ListingPorts) => Promise<SourceListing>
  readonly detail?: DetailReader
  readonly identifyGiven?: BoardIdentifier | undefined
}

type BoardIdentifier = (source: Source, ports: ListingPorts) => Promise<BoardIdentity>

const known: ReadonlyMap<string, RegisteredSource> = new Map(
  Object.values<RegisteredSource>(registry).map((source) => [source.type, source]),
)

type CertifiedListing = Pick<SourceListing, 'postings' | 'incomplete'> & {
  readonly certificate: ListingCertificate
}

/** Reads a company's whole listing from a source of any type. Throws PlanFailure or MustWait. */
export async function readListingOf(
  source: Source,
  ports: Omit<ListingPorts, 'pass'>,
): Promise<CertifiedListing> {
  const { answers, listing } = await readCounted(source, ports)
  const certificate = certificateOf({ ...listing, unique: listing.postings.length }, answers)
  return { ...listing, certificate }
}

const NOTHING = new Uint8Array()

type ListingPart =
  | { readonly kind: 'slice'; readonly postings: readonly ListedPosting[] }
  | { readonly kind: 'end'; readonly certificate: ListingCertificate }

/** Reads a listing in slices of which each can be held, and then gives its certificate. */
export async function* partsOf(source: Source, ports: ListingPorts): AsyncGenerator<ListingPart> {
  let unique = 0
  yield* putsOf<ListingPart>(async (put) => {
    const pass: ListingPorts['pass'] = (postings) => {
      unique += postings.length
      return put({ kind: 'slice', postings })
    }
    const { answers, listing } = await readCounted(source, { ...ports, pass })
    await pass(listing.postings)
    await put({ kind: 'end', certificate: certificateOf({ ...listing, unique }, answers) })
  })
}

/** Reads a listing, and counts the answers that it took. The answers of a listing that is not whole are forgotten. */
async function readCounted(source: Source, ports: ListingPorts) {
  const reader = known.get(source.type)
  if (!reader) throw unknownSource(source)
  const answers: Fetched[] = []
  const seen = new Set<string>()
  const fetch: FetchPort = async (url, { shared, ...init }) => {
    // A list that shifted is read again. The kept answers are those that shifted.
    const mayBeKept = shared && !seen.has(url)
    seen.add(url)
    const answer = await ports.fetch(url, mayBeKept ? { ...init, shared } : init)
    answers.push({ ...answer, body: NOTHING })
    return answer
  }
  let isWhole = false
  try {
    const listing = await reader.listStored(source, { ...ports, fetch })
    isWhole = listing.incomplete === null
    return { answers: answers.length, listing }
  } finally {
    if (!isWhole) await Promise.all(answers.map(async ({ discard }) => discard?.()))
  }
}

function unknownSource(source: Source): PlanFailure {
  const message = `This version of Runcast knows no source of the type ${source.type.slice(0, 100)}.`
  return new PlanFailure({ code: 'source_unknown', message, retryable: false })
}

/** How the details of a source's postings are read. Undefined if this version knows no such source. */
export function detailOf(type: string): DetailReader | undefined {
  return known.get(type)?.detail
}

/** How a board is asked for its own name. Undefined if its source has no request for that. */
export function identifierOf(type: string): BoardIdentifier | undefined {
  return known.get(type)?.identifyGiven
}
