import type { Failure } from '../../../protocol/status.ts'
import { type Fetched, FetchFailure, ForbiddenByRobots, type PieceTaker } from '../../fetch.ts'
import { decodePage } from '../../html/charset.ts'
import { PlanFailure, type PlanPorts } from '../../pipeline.ts'
import { botWall } from '../bot-wall.ts'
import { gunzip, isGzip, unpackedPieces } from './gunzip.ts'
import { MAX_SITEMAP_BYTES, TakenBody } from './site-body.ts'
import { readSitemapPieces, type Sitemap } from './sitemap.ts'

export type SitePorts = Pick<PlanPorts, 'fetch' | 'signal'>

/** The text of a sitemap or a page, its content type, and its address after redirects. */
export type SitePage = {
  readonly url: string
  readonly text: string
  readonly type: string | null
  /** A sitemap that was too large to hold, read as it was unpacked. The text is then empty. */
  readonly sitemap?: Sitemap
}

const ACCEPT = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'

/** Reads one page or sitemap of a site's listing. Any fault of the site throws a PlanFailure. */
export async function readSitePage(url: string, ports: SitePorts): Promise<SitePage> {
  const taken = new TakenBody()
  const fetched = await fetchPage(url, taken.take, ports)
  // A fetch that takes no pieces gives the body whole, and so does any answer that is no 2xx.
  const body = fetched.body.byteLength > 0 ? heldBody(fetched.body) : taken.end()
  if (body.kind === 'too_large') throw tooLarge(url)
  const answer = { ...fetched, body: body.kind === 'held' ? body.bytes : fetched.body }
  const wall = botWall(answer)
  if (wall) throw new PlanFailure({ ...wall, retryable: false })
  const refused = refusal(answer, url)
  if (refused) throw new PlanFailure(refused)
  const type = answer.headers.get('content-type')
  const content = body.kind === 'sitemap' ? body.sitemap : unpack(answer.body, url)
  if (!(content instanceof Uint8Array)) {
    return { url: answer.url, text: '', type, sitemap: content }
  }
  const text = decodePage(content, type)
  if (text.trim() === '') throw unreadable(`The page ${url} is empty.`, { retryable: false })
  return { url: answer.url, text, type }
}

/** Throws the signal's reason if the plan was stopped: the site is not to blame for that. */
async function fetchPage(
  url: string,
  take: PieceTaker,
  { fetch, signal }: SitePorts,
): Promise<Fetched> {
  try {
    const headers = { accept: ACCEPT }
    return await fetch(url, { kind: 'page', shared: true, headers, signal, take })
  } catch (error) {
    if (signal.aborted) throw signal.reason
    if (error instanceof FetchFailure) throw new PlanFailure(error.failure, { cause: error })
    if (!(error instanceof ForbiddenByRobots)) throw error
    const { message } = error.reason
    throw new PlanFailure(
      { code: 'forbidden_by_robots', message, retryable: false },
      { cause: error },
    )
  }
}

function refusal({ status, url: landed }: Fetched, url: string): Failure | undefined {
  if (status === 404) {
    return { code: 'site_not_found', message: `There is no page ${url} (404).`, retryable: false }
  }
  if (status === 401 || status === 403) {
    const message = `The site does not let Runcast read the page ${url} (${status}).`
    return { code: 'site_refused', message, retryable: false }
  }
  if (status < 200 || status > 299) {
    const retryable = status === 408 || status === 429 || status >= 500
    const message = `The page ${url} answered ${status} instead of a job list.`
    return { code: 'site_error', message, retryable }
  }
  return isHome(landed) && !isHome(url) ? moved(url) : undefined
}

function isHome(address: string): boolean {
  return new URL(address).pathname === '/'
}

/** A home page is not a listing: a posting to which the home page has no link is not gone. */
function moved(url: string): Failure {
  const message = `The page ${url} leads to the site's home page: the job list has moved or is gone.`
  return { code: 'site_moved', message, retryable: false }
}

function heldBody(bytes: Uint8Array) {
  return { kind: 'held' as const, bytes }
}

/**
 * Unpacks a file. Looks at the first bytes: a file named .gz may have been unpacked in transfer. A sitemap that is too
 * large to hold is read as it is unpacked.
 */
function unpack(body: Uint8Array, url: string): Uint8Array | Sitemap {
  if (!isGzip(body)) return body
  const unpacked = gunzip(body)
  switch (unpacked.kind) {
    case 'whole':
      return unpacked.bytes
    case 'damaged':
      throw damaged(url)
    case 'too_large':
      return readLarge(body, url)
  }
}

function readLarge(body: Uint8Array, url: string): Sitemap {
  const text = new UnpackedText(unpackedPieces(body, MAX_SITEMAP_BYTES))
  const sitemap = readSitemapPieces(text.pieces())
  if (text.end === 'damaged') throw damaged(url)
  if (sitemap && text.end !== 'too_large') return sitemap
  throw tooLarge(url)
}

function tooLarge(url: string): PlanFailure {
  const message = `The file ${url} is larger than 10 MB when unpacked, or than 50 MB if it is a sitemap.`
  return new PlanFailure({ code: 'listing_too_large', message, retryable: false })
}

/** The text of a packed file, piece by piece, and then how its unpacking ended. */
class UnpackedText {
  end: 'whole' | 'damaged' | 'too_large' | undefined
  readonly #bytes: ReturnType<typeof unpackedPieces>

  constructor(bytes: ReturnType<typeof unpackedPieces>) {
    this.#bytes = bytes
  }

  *pieces(): Generator<string> {
    const decoder = new TextDecoder()
    let next = this.#bytes.next()
    for (; !next.done; next = this.#bytes.next()) yield decoder.decode(next.value, { stream: true })
    this.end = next.value
  }
}

function damaged(url: string): PlanFailure {
  return unreadable(`The file ${url} is cut off or damaged.`, { retryable: true })
}

export function unreadable(message: string, { retryable }: { retryable: boolean }): PlanFailure {
  return new PlanFailure({ code: 'listing_unreadable', message, retryable })
}
