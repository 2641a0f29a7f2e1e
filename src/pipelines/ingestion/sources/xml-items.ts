import { readTags } from '../../html/tags.ts'
import { unreadable } from './listing.ts'

/** The texts of an item's elements by their path, such as `additionalOffices/office`, in their order. */
export type XmlItem = ReadonlyMap<string, readonly string[]>

type XmlShape = {
  readonly board: string
  /** The names of the document's element, and of the element of one item. */
  readonly root: string
  readonly item: string
}

/**
 * Reads the items of an XML document. Fails if the document has another root, as the page of an error parses as XML
 * too, or if it was cut off. Entities that a document type declares are not read.
 */
export function readXmlItems(xml: string, shape: XmlShape): readonly XmlItem[] {
  const reader = new ItemReader(shape)
  readTags(xml, reader, { xml: true })
  if (reader.root !== shape.root) {
    throw unreadable(`The board "${shape.board}" answered with something else than its XML.`)
  }
  if (reader.whole) return reader.items
  const message = `The board "${shape.board}" answered with a job list that is cut off or damaged.`
  throw unreadable(message, { retryable: true })
}

class ItemReader {
  readonly items: XmlItem[] = []
  root: string | undefined
  whole = false
  readonly #shape: XmlShape
  #path: string[] = []
  #fields: Map<string, string[]> | undefined

  constructor(shape: XmlShape) {
    this.#shape = shape
  }

  open = (name: string): void => {
    this.root ??= name
    if (name === this.#shape.item) {
      this.#fields = new Map()
      this.#path = []
    } else if (this.#fields) {
      this.#path.push(name)
      const path = this.#path.join('/')
      this.#fields.set(path, [...(this.#fields.get(path) ?? []), ''])
    }
  }

  text = (text: string): void => {
    const texts = this.#fields?.get(this.#path.join('/'))
    if (texts) texts[texts.length - 1] += text
  }

  close = (name: string): void => {
    if (name === this.#shape.root) this.whole = true
    if (name !== this.#shape.item) this.#path.pop()
    else if (this.#fields) {
      this.items.push(this.#fields)
      this.#fields = undefined
    }
  }
}

/** The first text of an item's elements of one path. Null if it has none. */
export function textAt(item: XmlItem, path: string): string | null {
  return textsAt(item, path)[0] ?? null
}

export function textsAt(item: XmlItem, path: string): readonly string[] {
  return (item.get(path) ?? []).map((text) => text.trim()).filter((text) => text !== '')
}
