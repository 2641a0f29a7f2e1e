import { ExternalId } from '../../protocol/ids.ts'
import { type ClosedResult, CrawledPage, type SamePageResult } from '../../protocol/posting.ts'
import type { Failure } from '../../protocol/status.ts'
import { FetchFailure, ForbiddenByRobots } from '../fetch.ts'
import { mainText } from '../html/main-text.ts'
import type { WorkPorts, WorkResult } from '../pipeline.ts'
import { canonicalIdOf } from './canonical.ts'
import { toInstant } from './dates.ts'
import { lostOf } from './drift.ts'
import { extract } from './extract.ts'
import type { ListedPosting } from './listed.ts'
import { saysClosed } from './page/closed.ts'
import { type Advert, readAdvert } from './page/job-posting.ts'
import { isGuess, mergeAdvert } from './page/merge.ts'
import { ownAddressOf } from './page/own-address.ts'
import { pageTitleOf } from './page/page-title.ts'
import { type PostingPageAddress, readPostingPage } from './page/posting-page.ts'
import type { Payload } from './payload.ts'
import { digestOf } from './posting-digest.ts'
import { detailOf } from './sources/listing-of.ts'
import { htmlToText } from './text.ts'

type PageTask = Omit<Extract<Payload, { kind: 'page' }>, 'kind'>

/** Makes one posting from its own page. Fetches the page, unless the site answers that it has not changed. */
export async function crawl(task: PageTask, ports: WorkPorts): Promise<WorkResult> {
  try {
    return await crawlPage(task, ports)
  } catch (error) {
    if (error instanceof FetchFailure) return failed(error.failure)
    if (error instanceof ForbiddenByRobots) return { kind: 'skipped', reason: error.reason }
    throw error
  }
}

async function crawlPage(task: PageTask, ports: WorkPorts): Promise<WorkResult> {
  const { listed, known, accept = [] } = task
  const { detail } = listed
  const reader = detail && detailOf(detail.source)
  const address =
    detail && reader ? { ...detail, kind: reader.kind, format: reader.format } : pageOf(listed)
  ports.step('crawling', { message: `Reading the posting's page from ${hostOf(address.url)}.` })
  // A listing touches this time on each visit, whatever its pages say. The page itself may give the posting another id.
  const digest = await digestOf({ ...listed, external_id: ANY_ID, updated_at: null })
  const ask = { ...address, digest, lastmod: listed.updated_at, now: Date.now() }
  // The same page has to be read again to learn whether it lacks an accepted field.
  const read = await readPostingPage(ask, accept.length > 0 ? null : known, ports)
  if (read.kind === 'failed') return failed(read.failure)
  if (read.kind === 'unwanted') return { kind: 'skipped', reason: read.reason }
  if (read.kind === 'same') return unchanged(task, read.page)
  ports.step('extracting', { message: 'Making the posting from its page.' })
  if (!reader?.read) return fromPage(task, read, ports)
  const whole = reader.read(read.text, listed)
  return whole ? ready(whole, task, { page: read.page, closed_at: null }) : failed(NO_DETAIL)
}

const ANY_ID = ExternalId.parse('any')

/** Takes the stored posting as it is. */
function unchanged({ listed, visit, known }: PageTask, page: CrawledPage): WorkResult {
  const updated_at = isGuess(listed) ? null : toInstant(listed.updated_at)
  const lost = known?.lost ? { lost: known.lost } : {}
  const kept = { visit, page: { ...CrawledPage.parse(page), ...lost } }
  const result: SamePageResult = { ...kept, ...(updated_at === null ? {} : { updated_at }) }
  const title = known?.title
  return { kind: 'ready', ...(title === undefined ? {} : { title }), result }
}

type PageContent = { readonly text: string; readonly page: CrawledPage }

/** A page that says that its posting is closed may still have the posting's content, or no longer. */
async function fromPage(
  task: PageTask,
  { text, page }: PageContent,
  ports: WorkPorts,
): Promise<WorkResult> {
  const { listed, visit, known } = task
  const closed_at = saysClosed(text) ? new Date().toISOString() : null
  if (closed_at !== null && !readAdvert(text, listed.url)) {
    const result: ClosedResult = { visit, closed_at, page }
    return known === null ? CLOSED : { kind: 'ready', result }
  }
  const filled = await fill(listed, text, ports)
  if (!filled) return failed(NO_POSTING)
  return ready(filled.whole, task, { page, closed_at, ...filled.id })
}

type ReadFrom = Pick<ClosedResult, 'page'> & {
  readonly closed_at: string | null
  readonly canonical_id?: string
}

/** A value that the page lacks and the stored posting has stays for this visit. The next one knows how many lack it. */
function ready(
  whole: ListedPosting,
  task: PageTask,
  { closed_at, page, ...from }: ReadFrom,
): WorkResult {
  const posting = extract(whole)
  if (!posting) return failed(NO_CONTENT)
  const lost = lostOf(whole, task.known, task)
  const keep = Object.keys(lost)
  const kept = keep.length === 0 ? { page } : { page: { ...page, lost }, keep }
  const result = { ...from, ...kept, visit: task.visit, posting: { ...posting, closed_at } }
  return { kind: 'ready', title: posting.title, result }
}

/** Nothing is stored of a posting that was closed when it was first read. */
const CLOSED: WorkResult = {
  kind: 'skipped',
  reason: { code: 'page_closed', message: "The posting's page says that the posting is closed." },
}

function pageOf({ url }: ListedPosting): PostingPageAddress {
  return { url, kind: 'page', format: 'html' }
}

function hostOf(url: string): string {
  return URL.parse(url)?.host ?? 'its site'
}

/** Fills a listed posting from the page's JobPosting, or else from its main text. */
async function fill(
  listed: ListedPosting,
  html: string,
  ports: Pick<WorkPorts, 'log'>,
): Promise<FilledPosting | undefined> {
  const advert = readAdvert(html, listed.url)
  const whole = advert
    ? await fromAdvert(listed, advert, html)
    : await fromText(listed, html, ports)
  if (!whole) return undefined
  const canonical_id = await canonicalIdOf(listed, { html, ...(advert?.own ?? NO_IDENTITY) })
  return {
    whole: { ...whole, url: ownAddressOf(html, listed.url) },
    id: canonical_id === undefined ? {} : { canonical_id },
  }
}

async function fromAdvert(
  listed: ListedPosting,
  advert: Advert,
  html: string,
): Promise<ListedPosting> {
  if (advert.html !== null) return mergeAdvert(listed, advert)
  const text = await mainText(html, listed.url)
  return { ...mergeAdvert(listed, { ...advert, html: text }), ...(text === null ? {} : TEXT) }
}

/**
 * If the listing gave only an address, the page may not be a posting at all. Its title then has to fit the address.
 */
async function fromText(
  listed: ListedPosting,
  html: string,
  { log }: Pick<WorkPorts, 'log'>,
): Promise<ListedPosting | undefined> {
  const guess = isGuess(listed)
  const title = guess ? pageTitleOf(html, listed.url) : listed.title
  if (title === null) return undefined
  const text = await mainText(html, listed.url)
  if (guess && htmlToText(text ?? '').length < MIN_TEXT) return undefined
  if (text === null) return listed
  log(
    'info',
    `“${title}” has no JobPosting on its page, so its description is the page's main text.`,
  )
  return { ...listed, title, html: text, ...TEXT }
}

type FilledPosting = {
  readonly whole: ListedPosting
  readonly id: { readonly canonical_id?: string }
}

/** A page with fewer characters is no posting's. */
const MIN_TEXT = 50
const TEXT = { read_from: 'text' } as const
const NO_IDENTITY = { url: null, identifier: null }

const NO_DETAIL: Failure = {
  code: 'detail_unreadable',
  message: 'The answer for this posting is not the detail of a posting.',
  retryable: false,
}

const NO_POSTING: Failure = {
  code: 'no_posting',
  message: 'The page holds no schema.org JobPosting, and no title that fits its address.',
  retryable: false,
}

export const NO_CONTENT: Failure = {
  code: 'no_content',
  message: "Neither the job list nor the posting's page holds a description.",
  retryable: false,
}

function failed(failure: Failure): WorkResult {
  return { kind: 'failed', failure }
}
