import type { z } from 'zod'

import type { Source } from '../../../protocol/company.ts'
import { PlanFailure, type PlanPorts } from '../../pipeline.ts'
import type { ListedPosting, SourceListing } from '../listed.ts'

export type ListingPorts = Pick<PlanPorts, 'fetch' | 'signal'> & {
  /**
   * Takes postings of a listing that is too large to hold. The listing that the source returns has only the others.
   * Without it, the listing has all postings.
   */
  readonly pass?: (postings: readonly ListedPosting[]) => Promise<void>
}

/**
 * The way to read a posting's text that is neither in the listing nor on a page that the general reader understands.
 * `api`: the answer of a documented API, to which robots.txt does not apply. `page`: the answer of any other address.
 */
export type DetailReader = {
  readonly kind: 'api' | 'page'
  readonly format: 'json' | 'html'
  /**
   * Fills the posting from the text of the answer. Returns undefined if the answer is no detail of a posting. Without
   * `read`, the general reader reads the answer as the page of a posting.
   */
  readonly read?: (text: string, listed: ListedPosting) => ListedPosting | undefined
}

/** What a board says of itself. */
export type BoardIdentity = {
  readonly name: string | null
  /** False: the platform gives the same answer for a board that it does not know. */
  readonly exists: boolean
}

/** How a platform lets itself be asked. */
export type PlatformPace = {
  /** The domains of the platform whose hosts, one for each board, share an edge. */
  readonly domains: readonly string[]
  /** The time between two requests to one of these hosts, if it is not that of a page or of a documented API. */
  readonly interval_ms?: number
}

type SourceConfig = z.ZodObject<{ type: z.ZodLiteral<string> }>

/**
 * A source: one file that says how the listings of one platform are addressed and read. The registry has a line for
 * it, from which the API's schema, its errors and the readers are derived.
 */
type SourceDefinition<Config extends SourceConfig> = {
  /** The platform's own name. */
  readonly name: string
  /** The source as a caller may give it. */
  readonly config: Config
  /** The source as it may be stored, if earlier versions took names that `config` refuses. */
  readonly stored?: z.ZodType<z.infer<Config>>
  /** The board to which a public address belongs. Undefined for an address of another platform. */
  readonly boardOf?: (address: URL) => string | undefined
  /** Stated by a platform that has a host for each board. Any other host is paced by itself. */
  readonly pace?: PlatformPace
  /** Reads a company's whole listing. Throws PlanFailure or MustWait. */
  readonly list: (source: z.infer<Config>, ports: ListingPorts) => Promise<SourceListing>
  readonly detail?: DetailReader
  /** Asks the board for its own name in one request. Without it, the start of its listing is read. */
  readonly identify?: (source: z.infer<Config>, ports: ListingPorts) => Promise<BoardIdentity>
}

/** Adds to a definition how a stored source is listed. */
export function defineSource<Config extends SourceConfig>(definition: SourceDefinition<Config>) {
  const { config, stored = config, list, identify } = definition
  const listStored = (source: Source, ports: ListingPorts): Promise<SourceListing> => {
    const read = stored.safeParse(source)
    if (!read.success) throw new PlanFailure(misread(source.type, read.error))
    return list(read.data, ports)
  }
  const identifyGiven =
    identify && ((source: Source, ports: ListingPorts) => identify(config.parse(source), ports))
  return { ...definition, type: config.shape.type.value, listStored, identifyGiven }
}

function misread(type: string, { issues }: z.ZodError) {
  const wrong = issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('; ')
  const message = `The company's source of the type ${type} cannot be read: ${wrong}.`
  return { code: 'source_unreadable', message, retryable: false }
}
