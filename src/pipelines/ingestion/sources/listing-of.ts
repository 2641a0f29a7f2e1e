import type { Source } from '../../../protocol/company.ts'
import type { ListingCertificate } from '../../../protocol/visit.ts'
import type { FetchPort } from '../../fetch.ts'
import { PlanFailure } from '../../pipeline.ts'
import { certificateOf } from '../certificate.ts'
import type { SourceListing } from '../listed.ts'
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

type CertifiedListing = SourceListing & { readonly certificate: ListingCertificate }

/** Reads a company's listing from a source of any type. Throws PlanFailure or MustWait. */
export async function readListingOf(
  source: Source,
  { fetch, signal }: ListingPorts,
): Promise<CertifiedListing> {
  const reader = known.get(source.type)
  if (!reader) throw unknownSource(source)
  let answers = 0
  const counted: FetchPort = async (url, init) => {
    const answer = await fetch(url, init)
    answers += 1
    return answer
  }
  const listing = await reader.listStored(source, { fetch: counted, signal })
  return { ...listing, certificate: certificateOf(listing, answers) }
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
