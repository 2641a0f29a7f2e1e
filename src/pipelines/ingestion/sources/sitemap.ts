import { readTags } from '../../html/tags.ts'

type SitemapEntry = { readonly loc: string; readonly lastmod: string | null }

export type Sitemap = {
  /** A sitemapindex names other sitemaps. A urlset names pages. */
  readonly kind: 'sitemapindex' | 'urlset'
  readonly entries: readonly SitemapEntry[]
  /** False if the sitemap was cut off. */
  readonly whole: boolean
}

const ENTRY = { sitemapindex: 'sitemap', urlset: 'url' } as const
const MAX_LASTMOD = 100

/** Reads a sitemap (https://www.sitemaps.org/protocol.html). Returns undefined if the text is no sitemap. */
export function readSitemap(xml: string): Sitemap | undefined {
  const root = rootOf(xml)
  const { prefix, name } = split(root ?? '')
  if (name !== 'sitemapindex' && name !== 'urlset') return undefined
  const reader = new SitemapReader({ root: prefix + name, entry: prefix + ENTRY[name], prefix })
  readTags(xml, reader, { xml: true })
  return { kind: name, entries: reader.entries, whole: reader.whole }
}

/** A sitemap's own tags share one prefix, which is mostly empty. The tags of image and news extensions have other prefixes. */
type Names = { readonly root: string; readonly entry: string; readonly prefix: string }

class SitemapReader {
  readonly entries: SitemapEntry[] = []
  whole = false
  readonly #names: Names
  #fields: Record<string, string> = {}
  #field: string | undefined

  constructor(names: Names) {
    this.#names = names
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
    const loc = this.#fields['loc']?.trim() ?? ''
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
