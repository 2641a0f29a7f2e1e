import { Tokenizer } from 'htmlparser2'

export type Attributes = ReadonlyMap<string, string>

/** The place of a tag in its source: from `<` to the character after `>`. */
export type TagPlace = { readonly start: number; readonly end: number }

type OpenTag = TagPlace & { readonly selfClosing: boolean }

type TagHandler = {
  /** As in a browser, the first of two attributes with the same name counts. */
  readonly open?: (name: string, attributes: Attributes, tag: OpenTag) => void
  readonly text?: (text: string) => void
  readonly close?: (name: string, place: TagPlace) => void
  /** A declaration between `<!` and `>`, such as DOCTYPE. */
  readonly declaration?: (text: string) => void
}

/**
 * Reads the tags and texts of HTML or XML in their order. Names stay as written in XML and become lower case in
 * HTML. The tokenizer keeps no stack of open elements, so its time is linear for any nesting.
 */
export function readTags(source: string, handler: TagHandler, options = { xml: false }): void {
  const stream = new TagStream(handler, options)
  stream.write(source)
  stream.end()
}

/** Reads tags and texts from pieces of a source. Keeps only the end of a piece that the next one completes. */
export class TagStream {
  readonly #reader: TagReader
  readonly #tokenizer: Tokenizer

  constructor(handler: TagHandler, options: { readonly xml: boolean }) {
    this.#reader = new TagReader(handler, options)
    this.#tokenizer = new Tokenizer({ xmlMode: options.xml, decodeEntities: true }, this.#reader)
  }

  write(piece: string): void {
    this.#reader.add(piece)
    this.#tokenizer.write(piece)
    this.#reader.forget()
  }

  end(): void {
    this.#tokenizer.end()
  }
}

class TagReader {
  /** The part of the source that is kept, and its place in the source. */
  #kept = ''
  #from = 0
  /** The end of the last piece that was read. */
  #read = 0
  readonly #handler: TagHandler
  readonly #xml: boolean
  #tag = ''
  #start = 0
  #attributes = new Map<string, string>()
  #name = ''
  #value = ''

  constructor(handler: TagHandler, options: { readonly xml: boolean }) {
    this.#handler = handler
    this.#xml = options.xml
  }

  add(piece: string): void {
    this.#kept += piece
  }

  forget(): void {
    this.#kept = this.#kept.slice(this.#read - this.#from)
    this.#from = this.#read
  }

  onopentagname(start: number, end: number): void {
    this.#tag = this.#nameAt(start, end)
    this.#start = start - 1
    this.#attributes = new Map()
  }

  onattribname(start: number, end: number): void {
    this.#name = this.#nameAt(start, end)
    this.#value = ''
  }

  onattribdata(start: number, end: number): void {
    this.#value += this.#slice(start, end)
  }

  onattribentity(codepoint: number): void {
    this.#value += String.fromCodePoint(codepoint)
  }

  onattribend(): void {
    if (!this.#attributes.has(this.#name)) this.#attributes.set(this.#name, this.#value)
  }

  onopentagend(last: number): void {
    this.#open(last, false)
  }

  onselfclosingtag(last: number): void {
    this.#open(last, true)
    if (this.#xml) this.#handler.close?.(this.#tag, { start: this.#start, end: last + 1 })
  }

  onclosetag(start: number, end: number): void {
    this.#handler.close?.(this.#nameAt(start, end), { start: start - 2, end: this.#after(end) })
  }

  ontext(start: number, end: number): void {
    this.#handler.text?.(this.#slice(start, end))
  }

  ontextentity(codepoint: number): void {
    this.#handler.text?.(String.fromCodePoint(codepoint))
  }

  oncdata(start: number, end: number, offset: number): void {
    if (this.#xml) this.#handler.text?.(this.#slice(start, end - offset))
  }

  #open(last: number, selfClosing: boolean): void {
    const tag = { start: this.#start, end: last + 1, selfClosing }
    this.#handler.open?.(this.#tag, this.#attributes, tag)
  }

  /** The place after the `>` of an end tag whose name ends here. */
  #after(end: number): number {
    const at = this.#kept.indexOf('>', end - this.#from)
    return at === -1 ? this.#from + this.#kept.length : this.#from + at + 1
  }

  #nameAt(start: number, end: number): string {
    const name = this.#slice(start, end)
    return this.#xml ? name : name.toLowerCase()
  }

  ondeclaration(start: number, end: number): void {
    this.#handler.declaration?.(this.#slice(start, end))
  }

  #slice(start: number, end: number): string {
    this.#read = end
    return this.#kept.slice(start - this.#from, end - this.#from)
  }

  // The tokenizer requires these callbacks.
  oncomment(): void {}
  onend(): void {}
  onprocessinginstruction(): void {}
}
