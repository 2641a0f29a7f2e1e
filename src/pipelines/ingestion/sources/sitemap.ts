import { readTags } from '../../html/tags.ts'
import { type FeedFacts, FeedReader } from './feed.ts'
import { readJsonFeed } from './json-feed.ts'

type SitemapEntry = {
  readonly loc: string
  readonly lastmod: string | null
  /** The facts that a feed gives about the page, and whether its fields are those of job feeds. */
  readonly facts?: FeedFacts
  readonly sure?: boolean
}

export type Sitemap = {
  /** A sitemapindex names other sitemaps. A urlset names pages, and so do a feed and a list of lines. */
  readonly kind: 'sitemapindex' | 'urlset' | 'feed'
  readonly entries: readonly SitemapEntry[]
  /** Why the postings may be more than these, or null. */
  readonly partial: string | null
  /** False if the sitemap was cut off. */
  readonly whole: boolean
}

const ENTRY = { sitemapindex: 'sitemap', urlset: 'url' } as const
const MAX_LASTMOD = 100

/**
 * Reads a sitemap (https://www.sitemaps.org/protocol.html) in any of its forms: XML, RSS, Atom, JSON Feed, or an address
 * a line.
 * Returns undefined if the text is no sitemap.
 */
export function readSitemap(text: string): Sitemap | undefined {
  const root = rootOf(text)
  if (root === undefined) return readJsonFeed(text) ?? readLines(text)
  const reader = readerOf(root)
  if (!reader) return undefined
  readTags(text, reader, { xml: true })
  return reader.end()
}

/** What reads the tags of one form of a sitemap. `entry` is the tag after which a text may be divided. */
type TagsReader = {
  readonly open: (name: string, attributes: ReadonlyMap<string, string>) => void
  readonly text: (text: string) => void
  readonly close: (name: string) => void
  readonly entry: string
  readonly entries: readonly SitemapEntry[]
  readonly end: () => Sitemap
}

function readerOf(root: string): TagsReader | undefined {
  const { prefix, name } = split(root)
  if (name === 'rss' || name === 'RDF') return new FeedReader(root, 'item')
  if (name === 'source' || name === 'jobs') return new FeedReader(root, 'job')
  if (name === 'feed') return new FeedReader(root, 'entry')
  if (name !== 'sitemapindex' && name !== 'urlset') return undefined
  return new SitemapReader({ kind: name, root, entry: prefix + ENTRY[name], prefix })
}

/** The most entries that the protocol allows in a file. */
const MAX_ENTRIES = 50_000
/** A longer entry than any. */
const MAX_ENTRY = 1_000_000

/** Reads a sitemap as its text comes, so that a file of 50 MB needs no more memory than its entries. */
export class SitemapPieces {
  #reader: TagsReader | undefined
  #rest = ''
  #isNone = false

  /** Returns false if no further piece is wanted. */
  write(piece: string): boolean {
    this.#rest += piece
    this.#reader ??= readerOf(rootOf(this.#rest) ?? '')
    this.#readWhole()
    this.#isNone ||= !this.#reader || this.#rest.length > MAX_ENTRY
    return !this.#isNone && !this.#isFull
  }

  /** Returns undefined if the text is no sitemap in XML. */
  end(): Sitemap | undefined {
    const reader = this.#reader
    if (!reader || this.#isNone) return undefined
    if (this.#isFull) return { ...reader.end(), partial: TOO_MANY }
    readTags(this.#rest, reader, { xml: true })
    return reader.end()
  }

  get #isFull(): boolean {
    return (this.#reader?.entries.length ?? 0) > MAX_ENTRIES
  }

  /** Reads the entries that are whole. */
  #readWhole(): void {
    if (!this.#reader) return
    const end = `</${this.#reader.entry}>`
    const cut = this.#rest.lastIndexOf(end) + end.length
    if (cut < end.length) return
    readTags(this.#rest.slice(0, cut), this.#reader, { xml: true })
    this.#rest = this.#rest.slice(cut)
  }
}

/** Reads a sitemap of which all pieces are at hand. */
export function readSitemapPieces(pieces: Iterable<string>): Sitemap | undefined {
  const sitemap = new SitemapPieces()
  for (const piece of pieces) if (!sitemap.write(piece)) break
  return sitemap.end()
}

const TOO_MANY = 'The sitemap has more than 50,000 entries.'

/** Reads a text of which each line is an address. A line that is cut off inside its host is none. */
function readLines(text: string): Sitemap | undefined {
  const lines = text
    .split(/[\r\n]+/)
    .map((line) => line.replace('\uFEFF', '').trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
  if (lines.length === 0 || !lines.every(isAddress)) return undefined
  const entries = lines.map((loc) => ({ loc, lastmod: null }))
  return { kind: 'urlset', entries, whole: true, partial: null }
}

function isAddress(line: string): boolean {
  return /^https?:\/\/[^\s<>]+$/i.test(line) && URL.canParse(line)
}

/** A sitemap's own tags share one prefix, which is mostly empty. The tags of image and news extensions have other prefixes. */
type Names = {
  readonly kind: 'sitemapindex' | 'urlset'
  readonly root: string
  readonly entry: string
  readonly prefix: string
}

class SitemapReader {
  readonly entries: SitemapEntry[] = []
  whole = false
  readonly #names: Names
  #fields: Record<string, string> = {}
  #field: string | undefined

  readonly entry: string

  constructor(names: Names) {
    this.#names = names
    this.entry = names.entry
  }

  end = (): Sitemap => {
    const { entries, whole } = this
    return { kind: this.#names.kind, entries, whole, partial: null }
  }

  open = (name: string): void => {
    if (name === this.#names.entry) this.#fields = {}
    this.#field = this.#fieldOf(name)
  }

  text = (text: string): void => {
    if (this.#field !== undefined) {
      this.#fields[this.#field] = (this.#fields[this.#field] ?? '') + text
    }
  }

  close = (name: string): void => {
    this.#field = undefined
    if (name === this.#names.entry) this.#add()
    if (name === this.#names.root) this.whole = true
  }

  #fieldOf(name: string): string | undefined {
    return ['loc', 'lastmod'].find((field) => name === this.#names.prefix + field)
  }

  #add(): void {
    // Some sites escape an ampersand twice.
    const loc = this.#fields['loc']?.trim().replaceAll('&amp;', '&') ?? ''
    const lastmod = this.#fields['lastmod']?.trim().slice(0, MAX_LASTMOD) ?? ''
    if (loc !== '') this.entries.push({ loc, lastmod: lastmod === '' ? null : lastmod })
  }
}

function split(tag: string): { prefix: string; name: string } {
  const colon = tag.indexOf(':') + 1
  return { prefix: tag.slice(0, colon), name: tag.slice(colon) }
}

/** The start and the end of each kind of markup that may come before a document's first element. */
const PROLOGUE = [
  ['<?', '?>'],
  ['<!--', '-->'],
  ['<!', '>'],
] as const

/** Returns the name of a document's first element, as written. */
function rootOf(text: string): string | undefined {
  let rest = text.trimStart()
  for (;;) {
    const skipped = PROLOGUE.find(([start]) => rest.startsWith(start))
    if (!skipped) return /^<([\w:.-]+)/.exec(rest)?.[1]
    const end = rest.indexOf(skipped[1])
    if (end === -1) return undefined
    rest = rest.slice(end + skipped[1].length).trimStart()
  }
}
