import { Tokenizer } from 'htmlparser2'

type Attributes = ReadonlyMap<string, string>

type TagHandler = {
  /** Of an attribute given twice, the first counts, as in a browser. */
  readonly open?: (name: string, attributes: Attributes) => void
  readonly text?: (text: string) => void
  readonly close?: (name: string) => void
}

/**
 * The tags and texts of HTML or XML in their order, names as written in XML and in lower case in
 * HTML. The tokenizer alone, without a stack of open elements, stays linear whatever the nesting.
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
    this.#handler.open?.(this.#tag, this.#attributes)
  }

  onselfclosingtag(): void {
    this.#handler.open?.(this.#tag, this.#attributes)
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

  // What is neither tag nor text. The tokenizer wants all of its callbacks.
  oncomment(): void {}
  ondeclaration(): void {}
  onend(): void {}
  onprocessinginstruction(): void {}
}
