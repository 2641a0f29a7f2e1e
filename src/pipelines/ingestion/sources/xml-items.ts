import { Parser } from 'htmlparser2'

import { charsetOf } from '../../html/charset.ts'
import type { ItemParser } from './listing-stream.ts'
import { unreadable } from './listing.ts'

/** The elements of an item in their order, each with its path, such as `additionalOffices/office`. */
export type XmlItem = readonly { readonly path: string; readonly text: string }[]

type XmlShape = {
  readonly board: string
  /** The names of the document's element, and of the element of one item. */
  readonly root: string
  readonly item: string
}

/** Reads the items of an XML document. */
export function readXmlItems(xml: string, shape: XmlShape): readonly XmlItem[] {
  const items = new XmlItems(shape)
  return [...items.writeText(xml), ...items.end()]
}

/** The parser compares each closing tag with the elements that are open. No item is nested so deep. */
const DEPTH_MAX = 64

/**
 * Reads the items of an XML document as it comes. Fails if the document has another root, as the page of an error
 * parses as XML too, or if it was cut off. Entities that a document type declares are not read.
 */
export class XmlItems implements ItemParser<XmlItem> {
  readonly #shape: XmlShape
  readonly #reader: ItemReader
  readonly #parser: Parser
  #decoder: TextDecoder | undefined
  #open = 0

  constructor(shape: XmlShape) {
    this.#shape = shape
    const reader = new ItemReader(shape)
    this.#reader = reader
    const handler = {
      onopentagname: this.#opened,
      ontext: reader.text,
      onclosetag: (name: string) => {
        this.#open -= 1
        reader.close(name)
      },
    }
    this.#parser = new Parser(handler, { xmlMode: true })
  }

  /** The first piece tells the charset. */
  write(piece: Uint8Array): readonly XmlItem[] {
    this.#decoder ??= new TextDecoder(charsetOf(piece, null))
    return this.writeText(this.#decoder.decode(piece, { stream: true }))
  }

  writeText(text: string): readonly XmlItem[] {
    this.#parser.write(text)
    return this.#reader.items.splice(0)
  }

  /** The parser is not ended: it would close the elements that a document which was cut off leaves open. */
  end(): readonly XmlItem[] {
    if (this.#reader.root === undefined) throw this.#other()
    if (this.#reader.whole) return []
    const message = `The board "${this.#shape.board}" answered with a job list that is cut off or damaged.`
    throw unreadable(message, { retryable: true })
  }

  readonly #opened = (name: string): void => {
    this.#open += 1
    if (this.#open > DEPTH_MAX) throw unreadable(`The board "${this.#shape.board}" ${DEEP}.`)
    this.#reader.open(name)
    if (this.#reader.root !== this.#shape.root) throw this.#other()
  }

  #other() {
    return unreadable(`The board "${this.#shape.board}" answered with something else than its XML.`)
  }
}

const DEEP = 'answered with XML that is nested too deeply'

class ItemReader {
  /** The items that ended and were not taken. */
  readonly items: XmlItem[] = []
  root: string | undefined
  whole = false
  readonly #shape: XmlShape
  #path: string[] = []
  #fields: { path: string; text: string }[] | undefined
  /** The fields of the elements that are open. */
  #open: { path: string; text: string }[] = []

  constructor(shape: XmlShape) {
    this.#shape = shape
  }

  open = (name: string): void => {
    this.root ??= name
    if (name === this.#shape.item) {
      this.#fields = []
      this.#path = []
      this.#open = []
    } else if (this.#fields) {
      this.#path.push(name)
      const field = { path: this.#path.join('/'), text: '' }
      this.#fields.push(field)
      this.#open.push(field)
    }
  }

  text = (text: string): void => {
    const field = this.#open.at(-1)
    if (field) field.text += text
  }

  close = (name: string): void => {
    if (name === this.#shape.root) this.whole = true
    if (name !== this.#shape.item) {
      this.#path.pop()
      this.#open.pop()
    } else if (this.#fields) {
      this.items.push(this.#fields)
      this.#fields = undefined
      this.#open = []
    }
  }
}

/** The first text of an item's elements of one path. Null if it has none. */
export function textAt(item: XmlItem, path: string): string | null {
  return textsAt(item, path)[0] ?? null
}

export function textsAt(item: XmlItem, path: string): readonly string[] {
  return item
    .filter((field) => field.path === path)
    .map(({ text }) => text.trim())
    .filter((text) => text !== '')
}

/** The elements of one path, each as an item of its own: a place with its city, a section with its name. */
export function itemsAt(item: XmlItem, path: string): readonly XmlItem[] {
  const within = `${path}/`
  const groups: { path: string; text: string }[][] = []
  for (const { path: own, text } of item) {
    if (own === path) groups.push([])
    else if (own.startsWith(within)) groups.at(-1)?.push({ path: own.slice(within.length), text })
  }
  return groups
}
