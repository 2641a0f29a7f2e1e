import type { Source } from '../../../protocol/company.ts'
import type { PlanPorts } from '../../pipeline.ts'
import type { SourceListing } from '../listed.ts'
import { listAshby } from './ashby.ts'
import { listGreenhouse } from './greenhouse.ts'
import { listLever } from './lever.ts'
import { listSite } from './site.ts'

/** Reads a company's listing from a source of any type. Throws PlanFailure or MustWait. */
export function readListingOf(
  source: Source,
  ports: Pick<PlanPorts, 'fetch' | 'signal'>,
): Promise<SourceListing> {
  switch (source.type) {
    case 'greenhouse':
      return listGreenhouse(source, ports)
    case 'lever':
      return listLever(source, ports)
    case 'ashby':
      return listAshby(source, ports)
    case 'site':
      return listSite(source, ports)
  }
}
