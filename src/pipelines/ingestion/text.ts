import { Tokenizer } from 'htmlparser2'

const BLOCKS = new Set(
  `address article aside blockquote br dd div dl dt fieldset figcaption figure footer form h1 h2 h3
  h4 h5 h6 header hr li main nav ol option p pre section table tbody td tfoot th thead tr ul`.split(
    /\s+/,
  ),
)
const UNSEEN = new Set(['script', 'style', 'template', 'noscript', 'title'])

/**
 * The text of an HTML fragment, one line a block. The tokenizer alone, without a stack of open
 * elements, stays linear whatever the nesting.
 */
export function htmlToText(html: string): string {
  const reader = new TextReader(html)
  return reader
    .read()
    .split('\n')
    .map((line) => line.replace(/ {2,}/g, ' ').trim())
    .filter((line) => line !== '')
    .join('\n')
}

class TextReader {
  readonly #html: string
  #text = ''
  #unseen: string | undefined

  constructor(html: string) {
    this.#html = html
  }

  read(): string {
    const tokenizer = new Tokenizer({ decodeEntities: true }, this)
    tokenizer.write(this.#html)
    tokenizer.end()
    return this.#text
  }

  ontext(start: number, end: number): void {
    this.#add(this.#html.slice(start, end))
  }

  ontextentity(codepoint: number): void {
    this.#add(String.fromCodePoint(codepoint))
  }

  onopentagname(start: number, end: number): void {
    const name = this.#html.slice(start, end).toLowerCase()
    if (BLOCKS.has(name)) this.#text += '\n'
    if (UNSEEN.has(name)) this.#unseen ??= name
  }

  onclosetag(start: number, end: number): void {
    const name = this.#html.slice(start, end).toLowerCase()
    if (BLOCKS.has(name)) this.#text += '\n'
    if (name === this.#unseen) this.#unseen = undefined
  }

  /** A break in the source is a space; only a block begins a line. */
  #add(text: string): void {
    if (this.#unseen === undefined) this.#text += text.replace(/[^\S ]+/g, ' ')
  }

  // What makes no text. The tokenizer wants all of its callbacks.
  onattribdata(): void {}
  onattribentity(): void {}
  onattribend(): void {}
  onattribname(): void {}
  oncdata(): void {}
  oncomment(): void {}
  ondeclaration(): void {}
  onend(): void {}
  onopentagend(): void {}
  onprocessinginstruction(): void {}
  onselfclosingtag(): void {}
}
