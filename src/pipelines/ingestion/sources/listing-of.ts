import type { Source } from '../../../protocol/company.ts'
import { PlanFailure } from '../../pipeline.ts'
import type { SourceListing } from '../listed.ts'
import * as registry from './registry.ts'
import type { DetailReader, ListingPorts } from './source.ts'

type RegisteredSource = {
  readonly type: string
  readonly listStored: (source: Source, ports: ListingPorts) => Promise<SourceListing>
  readonly detail?: DetailReader
}

const known: ReadonlyMap<string, RegisteredSource> = new Map(
  Object.values<RegisteredSource>(registry).map((source) => [source.type, source]),
)

/** Reads a company's listing from a source of any type. Throws PlanFailure or MustWait. */
export async function readListingOf(source: Source, ports: ListingPorts): Promise<SourceListing> {
  const reader = known.get(source.type)
  if (reader) return reader.listStored(source, ports)
  const message = `This version of Runcast knows no source of the type ${source.type.slice(0, 100)}.`
  throw new PlanFailure({ code: 'source_unknown', message, retryable: false })
}

/** How the details of a source's postings are read. Undefined if this version knows no such source. */
export function detailOf(type: string): DetailReader | undefined {
  return known.get(type)?.detail
}
