import { BLOCKS, type HtmlSink, readHtml } from '../html/html-events.ts'
import { TextSink } from './text.ts'

/** The kind of a tag decides where the tag may be, and which open tags it closes. */
type Kind = 'inline' | 'block' | 'void' | 'table'

const KEPT: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ...kind('inline', 'a b strong em i u code'),
  ...kind('block', 'p h2 h3 h4 h5 h6 blockquote pre ul ol li'),
  ...kind('table', 'table caption thead tbody tfoot tr td th'),
  ...kind('void', 'br hr'),
])

function kind(name: Kind, tags: string): [string, Kind][] {
  return tags.split(' ').map((tag) => [tag, name])
}

/** The open tags that a tag closes (`ends`), searched outward up to a tag in `within`. An item never ends an item of an outer list. */
const ENDS: ReadonlyMap<string, { readonly ends: RegExp; readonly within: RegExp }> = new Map([
  ['li', { ends: /^li$/, within: /^(?:ul|ol|td|th)$/ }],
  ['td', { ends: /^t[dh]$/, within: /^(?:tr|table)$/ }],
  ['th', { ends: /^t[dh]$/, within: /^(?:tr|table)$/ }],
  ['tr', { ends: /^tr$/, within: /^(?:table|thead|tbody|tfoot)$/ }],
  ['thead', { ends: /^(?:thead|tbody|tfoot|caption)$/, within: /^table$/ }],
  ['tbody', { ends: /^(?:thead|tbody|tfoot|caption)$/, within: /^table$/ }],
  ['tfoot', { ends: /^(?:thead|tbody|tfoot|caption)$/, within: /^table$/ }],
  ['a', { ends: /^a$/, within: /^(?:li|td|th)$/ }],
])
const PARAGRAPH = { ends: /^p$/, within: /^(?:li|td|th|blockquote)$/ }

/** The places where a paragraph may begin. In a heading or between cells, a break becomes a line end. */
const FLOW = new Set([undefined, 'li', 'td', 'th', 'blockquote'])

/** Nobody nests a job description this deep by hand. Content that is nested deeper keeps its text and loses its tags. */
const MAX_DEPTH = 50

/** Makes safe HTML and plain text of a fragment in one pass. Relative links are resolved against the page's address. */
export function readDescription(html: string, url = ''): { html: string; text: string } {
  const safe = new SafeSink(url)
  const text = new TextSink()
  readHtml(html, [safe, text])
  return { html: safe.end(), text: text.end() }
}

/**
 * Writes new HTML from allowed parts only, so that nothing unsafe can pass: known tags, well nested and closed,
 * no attribute but a link's checked address and a fixed `rel`, all text escaped. A block that is not allowed
 * becomes a paragraph break, so that its lines do not run together.
 */
class SafeSink implements HtmlSink {
  readonly #url: string
  #html = ''
  readonly #open: string[] = []
  #break = false

  constructor(url: string) {
    this.#url = url
  }

  text(text: string): void {
    if (/\S/.test(text)) this.#begin()
    else if (this.#break) return
    this.#html += escapeText(text)
  }

  open(tag: string, href: string | null): void {
    const name = tag === 'h1' ? 'h2' : tag
    switch (KEPT.get(name)) {
      case undefined:
        if (BLOCKS.has(tag)) this.#breakHere()
        return
      case 'void':
        this.#openVoid(name)
        return
      case 'inline':
        this.#openInline(name, href)
        return
      case 'block':
      case 'table':
        this.#endImplied(PARAGRAPH)
        this.#break = false
        this.#push(name, `<${name}>`)
        return
    }
  }

  close(tag: string): void {
    const name = tag === 'h1' ? 'h2' : tag
    const of = KEPT.get(name)
    if (of === undefined && BLOCKS.has(tag)) this.#breakHere()
    if (of === undefined || of === 'void') return
    const at = this.#open.lastIndexOf(name)
    if (at !== -1 && this.#open.slice(at + 1).every((inner) => mayEndWith(of, inner))) {
      this.#closeFrom(at)
      if (of !== 'inline') this.#break = false
    }
  }

  end(): string {
    this.#closeFrom(0)
    return this.#html.trim()
  }

  /**
   * Writes a tag without content. Writes no `<br>` at a pending break: the blocks around the break already make a
   * new line.
   */
  #openVoid(name: string): void {
    if (name === 'hr') this.#endImplied(PARAGRAPH)
    if (name === 'hr' || !this.#break) this.#html += `<${name}>`
  }

  #openInline(name: string, href: string | null): void {
    const address = name === 'a' ? safeAddress(href, this.#url) : null
    if (name === 'a' && address === null) return
    this.#begin()
    const link = address === null ? '' : ` href="${escapeQuoted(address)}" rel="nofollow noopener"`
    this.#push(name, `<${name}${link}>`)
  }

  #push(name: string, tag: string): void {
    const ending = ENDS.get(name)
    if (ending) this.#endImplied(ending)
    if (this.#open.length >= MAX_DEPTH) return
    this.#open.push(name)
    this.#html += tag
  }

  #endImplied({ ends, within }: typeof PARAGRAPH): void {
    for (let at = this.#open.length - 1; at >= 0; at--) {
      const name = this.#open[at] ?? ''
      if (within.test(name)) return
      if (ends.test(name)) return this.#closeFrom(at)
    }
  }

  #closeFrom(at: number): void {
    for (const name of this.#open.splice(at).toReversed()) this.#html += `</${name}>`
  }

  #breakHere(): void {
    this.#endImplied(PARAGRAPH)
    this.#break = true
  }

  /** Called before text or an inline tag. Begins the paragraph that a pending break asks for. */
  #begin(): void {
    if (!this.#break) return
    this.#break = false
    const around = this.#open.findLast((name) => KEPT.get(name) !== 'inline')
    if (FLOW.has(around)) this.#push('p', '<p>')
    else this.#html += '\n'
  }
}

/**
 * Whether a closing tag may also close this inner tag. An inline tag closes no block but a paragraph: `</b>` inside a
 * list does nothing to a `<b>` before the list. Only a table's tag closes an inner table's tag.
 */
function mayEndWith(of: Kind, inner: string): boolean {
  if (of === 'inline') return inner === 'p' || KEPT.get(inner) === 'inline'
  return of === 'table' || KEPT.get(inner) !== 'table'
}

const LINKED = new Set(['http:', 'https:', 'mailto:'])

function safeAddress(href: string | null, base: string): string | null {
  const url = href === null ? null : (URL.parse(href) ?? URL.parse(href, base))
  return url && LINKED.has(url.protocol) ? url.href : null
}

const ESCAPED: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

function escapeText(text: string): string {
  return /[&<>]/.test(text) ? text.replace(/[&<>]/g, (mark) => ESCAPED[mark] ?? '') : text
}

function escapeQuoted(text: string): string {
  return escapeText(text).replaceAll('"', '&quot;')
}
