import { hashBytes } from '../../../digest.ts'
import type { CrawledPage } from '../../../protocol/posting.ts'
import type { Failure, Reason } from '../../../protocol/status.ts'
import type { Fetched } from '../../fetch.ts'
import { decodePage } from '../../html/charset.ts'
import { isHtml } from '../../html/is-html.ts'
import type { WorkPorts } from '../../pipeline.ts'
import { botWall } from '../bot-wall.ts'
import { landedOnListing } from './landed.ts'

/** A posting's page or detail as text, and its record for the next visit. */
type PageRead =
  | { readonly kind: 'read'; readonly text: string; readonly page: CrawledPage }
  /** The page is the one that the stored posting was made from, and so is all that its listing says. */
  | { readonly kind: 'same'; readonly page: CrawledPage }
  | { readonly kind: 'failed'; readonly failure: Failure }
  /** The site does not want programs to read it. */
  | { readonly kind: 'unwanted'; readonly reason: Reason }

type PageReadPorts = Pick<WorkPorts, 'fetch' | 'signal'>

const ACCEPT = { html: 'text/html,application/xhtml+xml', json: 'application/json' }

/** The address of a posting's page, or of its detail in an API. `body` is JSON to send. */
export type PostingPageAddress = {
  readonly url: string
  readonly kind: 'page' | 'api'
  readonly format: 'html' | 'json'
  readonly body?: string
}

/** A page to read. `digest` and `lastmod` are those of CrawledPage, `now` is the time in ms since 1970. */
type PageAsk = PostingPageAddress & {
  readonly digest: string
  readonly lastmod: string | null
  readonly now: number
}

/**
 * Reads the current page. The page is the same if the listing's `lastmod` is the same, if the site answers 304, or if
 * the bytes are the same.
 */
export async function readPostingPage(
  ask: PageAsk,
  known: CrawledPage | null,
  ports: PageReadPorts,
): Promise<PageRead> {
  const kept = known?.url === ask.url && known.digest === ask.digest ? known : null
  if (kept && isUntouched(kept, ask)) return { kind: 'same', page: kept }
  const answer = await get(ask, conditionsOf(kept), ports)
  const asked = { lastmod: ask.lastmod, asked_at: new Date(ask.now).toISOString() }
  if (kept && answer.status === 304) return { kind: 'same', page: { ...kept, ...asked } }
  const read = await readAnswer(answer, ask)
  if (read.kind !== 'read') return read
  const page = { ...read.page, ...asked, digest: ask.digest }
  return kept?.sha256 === page.sha256 ? { kind: 'same', page } : { ...read, page }
}

/** For so long a listing's `lastmod` is believed: some sites never change it, and a page may say that it is closed. */
const BELIEVED_MS = 3 * 86_400_000

function isUntouched(
  { lastmod = null, asked_at = '' }: CrawledPage,
  ask: Pick<PageAsk, 'lastmod' | 'now'>,
): boolean {
  return lastmod !== null && lastmod === ask.lastmod && Date.parse(asked_at) > ask.now - BELIEVED_MS
}

function conditionsOf(kept: CrawledPage | null): Record<string, string> {
  const { etag = null, last_modified = null } = kept ?? {}
  return {
    ...(etag === null ? {} : { 'if-none-match': etag }),
    ...(last_modified === null ? {} : { 'if-modified-since': last_modified }),
  }
}

function get(
  { url, kind, format, body }: PostingPageAddress,
  conditions: Record<string, string>,
  { fetch, signal }: PageReadPorts,
): Promise<Fetched> {
  const headers = { accept: ACCEPT[format], ...(body === undefined ? conditions : {}) }
  return fetch(url, { kind, headers, signal, ...(body === undefined ? {} : { body }) })
}

async function readAnswer(answer: Fetched, ask: PostingPageAddress): Promise<PageRead> {
  const { url, format } = ask
  const wall = botWall(answer)
  if (wall) return { kind: 'unwanted', reason: wall }
  const failure = refusal(answer, url)
  if (failure) return { kind: 'failed', failure }
  const contentType = answer.headers.get('content-type')
  const text = decodePage(answer.body, contentType)
  const isPage = format === 'json' || text.trim() === '' || isHtml(text, contentType)
  if (!isPage) return { kind: 'failed', failure: NOT_HTML }
  const page = {
    url,
    sha256: await hashBytes(answer.body),
    etag: validator(answer, 'etag'),
    last_modified: validator(answer, 'last-modified'),
  }
  return { kind: 'read', text, page }
}

/** Ignores longer validators: the next visit then fetches the page without a condition. */
const MAX_VALIDATOR = 1_000

function validator({ headers }: Fetched, name: 'etag' | 'last-modified'): string | null {
  const value = headers.get(name)
  return value !== null && value.length <= MAX_VALIDATOR ? value : null
}

const NOT_HTML: Failure = {
  code: 'page_not_html',
  message: "The posting's address does not lead to a web page.",
  retryable: false,
}

function refusal({ status, url: landed }: Fetched, url: string): Failure | undefined {
  if (status === 404 || status === 410) {
    return gone(`The posting's page is gone (${status}).`)
  }
  if (status === 401 || status === 403) {
    const message = `The site does not let Runcast read the posting's page (${status}).`
    return { code: 'page_refused', message, retryable: false }
  }
  if (status < 200 || status > 299) {
    const message = `The site answered ${status} instead of the posting's page.`
    const retryable = status === 408 || status === 429 || status >= 500
    return { code: 'page_error', message, retryable }
  }
  const elsewhere = "The posting's page is gone: its address now leads to another page of the site."
  return landedOnListing(landed, url) ? gone(elsewhere) : undefined
}

function gone(message: string): Failure {
  return { code: 'page_gone', message, retryable: false }
}
