import { Tokenizer } from 'htmlparser2'

export type Attributes = ReadonlyMap<string, string>

type TagHandler = {
  /** As in a browser, the first of two attributes with the same name counts. */
  readonly open?: (name: string, attributes: Attributes, tag: { selfClosing: boolean }) => void
  readonly text?: (text: string) => void
  readonly close?: (name: string) => void
}

/**
 * Reads the tags and texts of HTML or XML in their order. Names stay as written in XML and become lower case in
 * HTML. The tokenizer keeps no stack of open elements, so its time is linear for any nesting.
 */
export function readTags(source: string, handler: TagHandler, options = { xml: false }): void {
  const reader = new TagReader(source, handler, options)
  const { xml } = options
  const tokenizer = new Tokenizer({ xmlMode: xml, decodeEntities: true }, reader)
  tokenizer.write(source)
  tokenizer.end()
}

class TagReader {
  readonly #source: string
  readonly #handler: TagHandler
  readonly #xml: boolean
  #tag = ''
  #attributes = new Map<string, string>()
  #name = ''
  #value = ''

  constructor(source: string, handler: TagHandler, options: { xml: boolean }) {
    this.#source = source
    this.#handler = handler
    this.#xml = options.xml
  }

  onopentagname(start: number, end: number): void {
    this.#tag = this.#nameAt(start, end)
    this.#attributes = new Map()
  }

  onattribname(start: number, end: number): void {
    this.#name = this.#nameAt(start, end)
    this.#value = ''
  }

  onattribdata(start: number, end: number): void {
    this.#value += this.#source.slice(start, end)
  }

  onattribentity(codepoint: number): void {
    this.#value += String.fromCodePoint(codepoint)
  }

  onattribend(): void {
    if (!this.#attributes.has(this.#name)) this.#attributes.set(this.#name, this.#value)
  }

  onopentagend(): void {
    this.#handler.open?.(this.#tag, this.#attributes, { selfClosing: false })
  }

  onselfclosingtag(): void {
    this.#handler.open?.(this.#tag, this.#attributes, { selfClosing: true })
    if (this.#xml) this.#handler.close?.(this.#tag)
  }

  onclosetag(start: number, end: number): void {
    this.#handler.close?.(this.#nameAt(start, end))
  }

  ontext(start: number, end: number): void {
    this.#handler.text?.(this.#source.slice(start, end))
  }

  ontextentity(codepoint: number): void {
    this.#handler.text?.(String.fromCodePoint(codepoint))
  }

  oncdata(start: number, end: number, offset: number): void {
    if (this.#xml) this.#handler.text?.(this.#source.slice(start, end - offset))
  }

  #nameAt(start: number, end: number): string {
    const name = this.#source.slice(start, end)
    return this.#xml ? name : name.toLowerCase()
  }

  // The tokenizer requires these callbacks.
  oncomment(): void {}
  ondeclaration(): void {}
  onend(): void {}
  onprocessinginstruction(): void {}
}
