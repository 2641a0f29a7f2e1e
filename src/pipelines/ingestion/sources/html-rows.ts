import { type Attributes, readTags } from '../../html/tags.ts'
import { unreadable } from './listing.ts'

/** The texts of one row of a page's list, by field. */
export type HtmlRow = Readonly<Record<string, string>>

type RowShape = {
  /** Whether a tag begins a row. */
  readonly begins: (name: string, attributes: Attributes) => boolean
  /** The field of which a tag holds the text. `block` is the class of the last block that was opened before it. */
  readonly fieldOf: (name: string, attributes: Attributes, block: string) => string | undefined
  /** The attributes that are fields themselves. */
  readonly attributes?: Readonly<Record<string, string>>
}

/** Reads the rows of a page's list in their order. A field that comes again in a row has the text of the last one. */
export function readRows(html: string, shape: RowShape): readonly HtmlRow[] {
  const reader = new RowReader(shape)
  readTags(html, reader)
  return reader.rows
}

const BLOCK_TAGS = new Set(['div', 'td', 'dd'])

class RowReader {
  readonly rows: Record<string, string>[] = []
  readonly #shape: RowShape
  #block = ''
  /** The field that is read, and how many elements of its name are open within it. */
  #field: { readonly name: string; readonly tag: string; depth: number } | undefined

  constructor(shape: RowShape) {
    this.#shape = shape
  }

  open = (name: string, attributes: Attributes): void => {
    const { begins, fieldOf } = this.#shape
    if (begins(name, attributes)) this.rows.push({})
    const row = this.rows.at(-1)
    if (!row) return
    if (BLOCK_TAGS.has(name)) this.#block = classOf(attributes)
    if (this.#field?.tag === name) this.#field.depth += 1
    const field = fieldOf(name, attributes, this.#block)
    if (field === undefined) return
    this.#field = { name: field, tag: name, depth: 1 }
    row[field] = ''
    this.#keep(attributes, row)
  }

  #keep(attributes: Attributes, row: Record<string, string>): void {
    const { attributes: kept = {} } = this.#shape
    for (const [attribute, as] of Object.entries(kept)) {
      const value = attributes.get(attribute)
      if (value !== undefined) row[as] ??= value
    }
  }

  text = (text: string): void => {
    const row = this.rows.at(-1)
    if (row && this.#field) row[this.#field.name] += text
  }

  close = (name: string): void => {
    if (this.#field?.tag !== name) return
    this.#field.depth -= 1
    if (this.#field.depth === 0) this.#field = undefined
  }
}

export function classOf(attributes: Attributes): string {
  return ` ${attributes.get('class') ?? ''} `
}

/** Checks that a page without rows says that it has none: a page of a bot wall has no rows either. */
export function provenRows(
  rows: readonly HtmlRow[],
  { board, isEmpty }: { readonly board: string; readonly isEmpty: boolean },
): readonly HtmlRow[] {
  if (rows.length > 0 || isEmpty) return rows
  throw unreadable(
    `The page of the board "${board}" lists no job, and does not say that there is none.`,
  )
}

/** Reads the JSON object behind a mark in a page's script. Undefined if there is none. */
export function jsonBehind(html: string, mark: string): string | undefined {
  const from = html.indexOf('{', html.indexOf(mark))
  if (!html.includes(mark) || from === -1) return undefined
  let depth = 0
  for (let at = from; at < html.length; at += 1) {
    const sign = html[at]
    if (sign === '"') at = endOfText(html, at)
    else if (sign === '{') depth += 1
    else if (sign === '}') {
      depth -= 1
      if (depth === 0) return html.slice(from, at + 1)
    }
  }
  return undefined
}

function endOfText(html: string, start: number): number {
  for (let at = start + 1; at < html.length; at += 1) {
    if (html[at] === '\\') at += 1
    else if (html[at] === '"') return at
  }
  return html.length
}
