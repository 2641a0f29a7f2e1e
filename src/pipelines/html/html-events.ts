import { Tokenizer } from 'htmlparser2'

/** What an HTML fragment is read into. Names of tags are in lower case. */
export type HtmlSink = {
  text(text: string): void
  /** `href`: of a link, decoded; null where it has none. */
  open(tag: string, href: string | null): void
  close(tag: string): void
}

/** Elements that begin a line of their own. */
export const BLOCKS: ReadonlySet<string> = new Set(
  `address article aside blockquote br caption dd div dl dt fieldset figcaption figure footer form
  h1 h2 h3 h4 h5 h6 header hr li main nav ol option p pre section table tbody td tfoot th thead tr
  ul`.split(/\s+/),
)

/** Elements whose content is nobody's text; foreign ones may close themselves. */
const UNSEEN = new Set(['script', 'style', 'template', 'noscript', 'title', 'iframe'])
const FOREIGN = new Set(['svg', 'math'])

/**
 * Reads a fragment once for all of its sinks. The tokenizer alone, without a stack of open elements,
 * stays linear whatever the nesting; a tag that is cut off at the end is none.
 */
export function readHtml(html: string, sinks: readonly HtmlSink[]): void {
  const tokenizer = new Tokenizer({ decodeEntities: true }, new Reader(html, sinks))
  tokenizer.write(html)
  tokenizer.end()
}

class Reader {
  readonly #html: string
  readonly #sinks: readonly HtmlSink[]
  #tag = ''
  #href: string | null = null
  #inHref = false
  #unseen: string | undefined

  constructor(html: string, sinks: readonly HtmlSink[]) {
    this.#html = html
    this.#sinks = sinks
  }

  ontext(start: number, end: number): void {
    this.#text(this.#html.slice(start, end))
  }

  ontextentity(codepoint: number): void {
    this.#text(String.fromCodePoint(codepoint))
  }

  onopentagname(start: number, end: number): void {
    this.#tag = this.#html.slice(start, end).toLowerCase()
    this.#href = null
  }

  onattribname(start: number, end: number): void {
    this.#inHref =
      this.#tag === 'a' &&
      this.#href === null &&
      this.#html.slice(start, end).toLowerCase() === 'href'
    if (this.#inHref) this.#href = ''
  }

  onattribdata(start: number, end: number): void {
    if (this.#inHref) this.#href += this.#html.slice(start, end)
  }

  onattribentity(codepoint: number): void {
    if (this.#inHref) this.#href += String.fromCodePoint(codepoint)
  }

  onattribend(): void {
    this.#inHref = false
  }

  onopentagend(): void {
    const tag = this.#tag
    if (UNSEEN.has(tag) || FOREIGN.has(tag)) this.#unseen ??= tag
    if (this.#unseen === undefined) for (const sink of this.#sinks) sink.open(tag, this.#href)
  }

  /** HTML passes over the slash, but for elements of another language. */
  onselfclosingtag(): void {
    if (!FOREIGN.has(this.#tag)) this.onopentagend()
  }

  onclosetag(start: number, end: number): void {
    const tag = this.#html.slice(start, end).toLowerCase()
    if (this.#unseen === undefined) for (const sink of this.#sinks) sink.close(tag)
    else if (this.#unseen === tag) this.#unseen = undefined
  }

  #text(text: string): void {
    if (this.#unseen === undefined) for (const sink of this.#sinks) sink.text(text)
  }

  // What makes no text. The tokenizer wants all of its callbacks.
  oncdata(): void {}
  oncomment(): void {}
  ondeclaration(): void {}
  onend(): void {}
  onprocessinginstruction(): void {}
}
