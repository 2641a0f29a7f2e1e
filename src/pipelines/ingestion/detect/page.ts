import type { Source } from '../../../protocol/company.ts'
import type { Detection } from '../../../protocol/detection.ts'
import { isHtml } from '../../html/is-html.ts'
import { readTags } from '../../html/tags.ts'
import { PlanFailure } from '../../pipeline.ts'
import { toLabel } from '../label.ts'
import { type BoardAt, boardAt } from '../sources/board-at.ts'
import { readSitePage, type SitePage } from '../sources/site-page.ts'
import type { ListingPorts } from '../sources/source.ts'
import type { AskedBoard } from './identity.ts'
import { type MarkedBoard, readMarkers, type ServedBy } from './markers.ts'
import { jobsLinkOf, ownKindOf, type SiteKind, siteKindOf } from './site-kinds.ts'

/** What was found for an address. */
export type SourceFound = Omit<Extract<Detection, { status: 'found' }>, 'url' | 'status'>

type LookPorts = ListingPorts & { readonly ask: (source: Source) => Promise<AskedBoard> }

/** The most characters of a page that are looked at. */
const MAX_TEXT = 3_000_000

/**
 * Finds the source of a company's own site: by what its page embeds, loads or links to, or else by its sitemap, its
 * links to postings or its feed. If the page shows nothing, its link to the company's jobs is followed once.
 */
export async function lookAtPage(address: URL, ports: LookPorts): Promise<SourceFound | undefined> {
  const page = await readPage(address.href, ports)
  const marked = await byMarkers(page, ports)
  if (marked) return marked
  const jobs = jobsLinkOf(page)
  const further = jobs && (await readFurther(jobs.url.href, ports))
  const elsewhere = further && (await byMarkers(further, ports))
  if (elsewhere) return elsewhere
  const kind = (further && (await kindOf(further, ports))) ?? (await kindOf(page, ports))
  return kind && ofKind(kind, page)
}

async function readPage(url: string, ports: LookPorts): Promise<SitePage> {
  const page = await readSitePage(url, ports)
  return { ...page, text: page.text.slice(0, MAX_TEXT) }
}

/** A link that cannot be followed is no link. */
async function readFurther(url: string, ports: LookPorts): Promise<SitePage | undefined> {
  try {
    return await readPage(url, ports)
  } catch (error) {
    if (error instanceof PlanFailure) return undefined
    throw error
  }
}

/** Reads the board to which the address leads, or the page's likeliest board, or the platform that serves the page. */
async function byMarkers(page: SitePage, ports: LookPorts): Promise<SourceFound | undefined> {
  const landed = boardAt(new URL(page.url))
  if (landed) return ofBoard(landed, { page, leads: 'The address leads to' }, ports)
  if (!isHtml(page.text, page.type)) return undefined
  const { boards, served } = readMarkers(page.text, page.url)
  return (await ofBoards(boards, page, ports)) ?? (served && (await ofFiles(served, page, ports)))
}

/** Takes the second board if the first does not confirm that it exists and the second does. */
async function ofBoards(
  [first, second]: readonly MarkedBoard[],
  page: SitePage,
  ports: LookPorts,
): Promise<SourceFound | undefined> {
  if (!first) return undefined
  const found = await ofMarked(first, page, ports)
  const other = found.confirmed || !second?.source ? found : await ofMarked(second, page, ports)
  return other.confirmed ? other : found
}

function ofMarked(marked: MarkedBoard, page: SitePage, ports: LookPorts): Promise<SourceFound> {
  const leads = `The page ${page.url} ${marked.embedded ? 'embeds or names' : 'links to'}`
  return ofBoard(marked, { page, leads }, ports)
}

async function ofBoard(
  { platform, board, source }: BoardAt,
  { page, leads }: { readonly page: SitePage; readonly leads: string },
  ports: LookPorts,
): Promise<SourceFound> {
  const shown = `${leads} the board ${board} of ${platform}.`
  if (!source) {
    const why = `${shown} No source reads ${platform} by itself: the general source tries the page.`
    return { ...general(page), platform, board, by: 'marker', why }
  }
  const { name, confirmed, told } = await ports.ask(source)
  return { source, platform, board, name, confirmed, by: 'marker', why: `${shown} ${told}` }
}

async function ofFiles(
  { platform, type }: ServedBy,
  page: SitePage,
  ports: LookPorts,
): Promise<SourceFound> {
  const own = type && (await ofOwnDomain(page, { platform, type }, ports))
  if (own) return own
  const why = `The page loads files of ${platform}, but names no board: the general source tries its pages.`
  return { ...general(page), platform, by: 'marker', why }
}

/** A board on a domain of the company's own answers there at the platform's path. Otherwise it is no such board. */
async function ofOwnDomain(
  { url }: SitePage,
  { platform, type }: { readonly platform: string; readonly type: string },
  ports: LookPorts,
): Promise<SourceFound | undefined> {
  const { origin, hostname } = new URL(url)
  const board = hostname.split('.').at(-2) ?? hostname
  const source = { type, board, base_url: origin }
  const { name, confirmed, told } = await ports.ask(source)
  if (!confirmed) return undefined
  const why = `The page ${url} loads files of ${platform}. ${told}`
  return { source, platform, board, name, confirmed, by: 'marker', why }
}

async function kindOf(page: SitePage, ports: LookPorts): Promise<SiteKind | undefined> {
  return ownKindOf(page) ?? (isHtml(page.text, page.type) ? siteKindOf(page, ports) : undefined)
}

const WORDS = {
  sitemap: 'The sitemap',
  listing: 'The page',
  feed: 'The feed',
} as const

function ofKind({ by, url, postings }: SiteKind, page: SitePage): SourceFound {
  const names =
    postings === 1
      ? 'an address that looks like that of a posting'
      : `${postings} addresses that look like those of postings`
  const source = { type: 'site', url }
  return { ...general(page), source, by, why: `${WORDS[by]} ${url} lists ${names}.` }
}

/** The general source, for a page of no board. Nothing confirms it before its postings are read. */
function general(page: SitePage) {
  const source = { type: 'site', url: page.url }
  return { source, platform: null, board: null, name: siteNameOf(page), confirmed: false }
}

const MAX_NAME = 200

/** The site's own name, as its page tells it to programs. */
function siteNameOf({ text }: SitePage): string | null {
  let name: string | null = null
  readTags(text, {
    open: (tag, attributes) => {
      if (tag === 'meta' && attributes.get('property')?.toLowerCase() === 'og:site_name')
        name ??= toLabel(attributes.get('content') ?? '').slice(0, MAX_NAME) || null
    },
  })
  return name
}
