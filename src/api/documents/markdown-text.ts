import type { ChunkView, TextPlace } from '../../protocol/document.ts'

/** Writes the text of a document's pieces as Markdown: with its title, its headings, and a mark where a page begins. */
export function markdownOf(title: string, chunks: readonly ChunkView[]): string {
  const text = new PagedMarkdown(title)
  for (const { start, text: words, places = [] } of chunks) {
    const all = places.length > 0 ? places : [NOWHERE]
    for (const [at, place] of all.entries())
      text.add(place, start + place.at, words.slice(place.at, all[at + 1]?.at))
  }
  return text.end()
}

/** A piece that an earlier version wrote does not know where it stands. */
const NOWHERE: TextPlace = { at: 0, page: null, label: null, headings: [] }

class PagedMarkdown {
  readonly #parts: string[]
  /** The end of what is written, in the document's text. */
  #end: number | undefined
  #page: number | null = null

  constructor(title: string) {
    this.#parts = [`# ${line(title)}\n\n`]
  }

  /** Adds a part of the text, without what the part before had already. */
  add({ page, label, headings }: TextPlace, start: number, words: string): void {
    const end = this.#end
    const fresh = end === undefined ? words : words.slice(Math.max(0, end - start))
    if (fresh === '') return
    const begun = start + (words.length - fresh.length)
    if (page !== null && page !== this.#page) this.#parts.push(`\n\n${pageMark(page, label)}\n\n`)
    else if (end !== undefined && begun > end) this.#parts.push(begun > end + 1 ? '\n\n' : '\n')
    this.#page = page
    this.#parts.push(withHeading(fresh, headings))
    this.#end = start + words.length
  }

  end(): string {
    return `${this.#parts
      .join('')
      .replaceAll(/\n{3,}/g, '\n\n')
      .trim()}\n`
  }
}

function pageMark(page: number, label: string | null): string {
  return label === null ? `<!-- page ${page} -->` : `<!-- page ${page}, printed ${line(label)} -->`
}

/** Marks a heading with which a part begins. The title of the document is of the first level. */
function withHeading(text: string, headings: readonly string[]): string {
  const last = headings.at(-1)
  const [first = '', ...rest] = text.split('\n')
  if (last === undefined || line(first) !== line(last)) return text
  return [`${'#'.repeat(Math.min(headings.length + 1, 6))} ${line(first)}`, '', ...rest].join('\n')
}

function line(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll('-->', '').trim()
}
