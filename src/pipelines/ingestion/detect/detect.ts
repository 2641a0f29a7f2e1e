import type { Source } from '../../../protocol/company.ts'
import type { Detection } from '../../../protocol/detection.ts'
import type { Reason } from '../../../protocol/status.ts'
import { MustWait } from '../../fetch.ts'
import { PlanFailure } from '../../pipeline.ts'
import { type BoardAt, boardAt } from '../sources/board-at.ts'
import type { ListingPorts } from '../sources/source.ts'
import { readGivenAddress } from './given-address.ts'
import { type AskedBoard, askBoard } from './identity.ts'
import { type SourceFound, lookAtPage } from './page.ts'
import { fetchUpTo } from './requests.ts'

/** The most requests for the addresses of one call, each of which takes up to five of an invocation's 10,000. */
const MAX_REQUESTS = 2_000
/** How long one address may take. */
const MAX_MS = 60_000

/**
 * Finds the source that fits an address: by the address alone, or else by its page. Addresses of one board, and
 * addresses that are given twice, share their requests.
 */
export class Detector {
  readonly #ports: ListingPorts
  readonly #boards = new Map<string, Promise<AskedBoard>>()
  readonly #pages = new Map<string, Promise<SourceFound | undefined>>()

  constructor({ fetch, signal }: ListingPorts) {
    this.#ports = { fetch: fetchUpTo(MAX_REQUESTS, fetch), signal }
  }

  /** Answers a bad address, and one whose site cannot be read, with the reason. */
  async detect(url: string): Promise<Detection> {
    const given = readGivenAddress(url)
    if (given.kind === 'bad') return { url, status: 'failed', reason: given.reason }
    const timeout = AbortSignal.timeout(MAX_MS)
    const ports = { ...this.#ports, signal: AbortSignal.any([this.#ports.signal, timeout]) }
    try {
      const found = await this.#find(given.address, ports)
      return found ? { url, status: 'found', ...found } : { url, status: 'failed', reason: UNKNOWN }
    } catch (error) {
      return { url, status: 'failed', reason: reasonOf(error, timeout) }
    }
  }

  #find(address: URL, ports: ListingPorts): Promise<SourceFound | undefined> {
    const ask = (source: Source) =>
      once(this.#boards, JSON.stringify(source), () => askBoard(source, ports))
    const board = boardAt(address)
    return board
      ? byAddress(board, address, ask)
      : once(this.#pages, address.href, () => lookAtPage(address, { ...ports, ask }))
  }
}

const UNKNOWN = {
  code: 'source_not_detected',
  message:
    'The address is of no platform that Runcast knows, and its page shows no board, no sitemap, no feed and no links to postings.',
}

async function byAddress(
  { platform, board, source }: BoardAt,
  { href: url }: URL,
  ask: (source: Source) => Promise<AskedBoard>,
): Promise<SourceFound> {
  const shape = `The address has the shape of ${platform}, and names the board ${board}.`
  const found = { platform, board, by: 'address' } as const
  if (!source) {
    const why = `${shape} No source reads ${platform} by this address: the general source tries its pages.`
    return { ...found, source: { type: 'site', url }, name: null, confirmed: false, why }
  }
  const { name, confirmed, told } = await ask(source)
  return { ...found, source, name, confirmed, why: `${shape} ${told}` }
}

/** Makes a value for a key once. A value that could not be made is made again for the next one who asks. */
function once<T>(made: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const known = made.get(key) ?? make()
  made.set(key, known)
  known.catch(() => made.delete(key))
  return known
}

/** Rethrows an error that is no fault of the site. */
function reasonOf(error: unknown, timeout: AbortSignal): Reason {
  if (error instanceof MustWait) return error.reason
  if (timeout.aborted) return TOO_SLOW
  if (!(error instanceof PlanFailure)) throw error
  const { code, message } = error.failure
  return { code, message }
}

const TOO_SLOW = {
  code: 'detection_timeout',
  message: `The site did not answer all requests within ${MAX_MS / 1_000} seconds.`,
}
