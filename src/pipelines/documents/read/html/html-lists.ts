import { type HtmlSink, readHtml } from '../../../html/html-events.ts'
import type { Attributes } from '../../../html/tags.ts'
import type { TextBuilder } from '../../text/text-builder.ts'
import { type NestedList, NestedLists } from '../lists/nested-lists.ts'
import { STYLE } from './kept-marks.ts'

const LISTS = new Set(['ol', 'ul', 'menu', 'dir'])

/** The formats of the attribute `type`. Small and capital letters differ. */
const TYPES: Readonly<Record<string, string>> = {
  '1': 'decimal',
  a: 'lower-alpha',
  A: 'upper-alpha',
  i: 'lower-roman',
  I: 'upper-roman',
}

/** The styles whose items have a number. An item of another style has a point, or nothing. */
const NUMBERED =
  /^(?:decimal|decimal-leading-zero|(?:lower|upper)-(?:alpha|latin|roman)|lower-greek)$/

/** Writes the numbers of a page's lists as a browser shows them. */
export class HtmlLists {
  readonly #builder: TextBuilder
  readonly #sizes: readonly number[]
  readonly #lists = new NestedLists()
  /** The numbers that the next words begin with, and how many lists were open at the last of them. */
  #marker = ''
  #markerDepth = 0
  #depth = 0
  #reversed = -1

  constructor(html: string, builder: TextBuilder) {
    this.#builder = builder
    this.#sizes = sizesOfReversed(html)
  }

  /** Takes each tag, also those of menus that are not read: so lists are told apart by their place in the page. */
  notice(tag: string, attributes: Attributes): void {
    if (isReversed(tag, attributes)) this.#reversed++
  }

  open(tag: string, attributes: Attributes): void {
    if (LISTS.has(tag)) this.#begin(tag, attributes)
    else if (tag === 'li') this.#item(attributes)
  }

  close(tag: string): void {
    if (tag === 'li' || LISTS.has(tag)) this.#showBare()
    if (!LISTS.has(tag) || this.#depth === 0) return
    this.#lists.end()
    this.#depth--
  }

  /** Shows the number of the item that has begun. */
  showMarker(): void {
    if (this.#marker !== '') this.#builder.text(this.#marker)
    this.#marker = ''
  }

  #begin(tag: string, attributes: Attributes): void {
    this.#lists.begin(this.#listOf(tag, attributes))
    this.#depth++
  }

  #listOf(tag: string, attributes: Attributes): NestedList {
    const reversed = isReversed(tag, attributes)
    const first = reversed ? (this.#sizes[this.#reversed] ?? 1) : 1
    const format = formatOf(attributes) ?? (tag === 'ol' ? 'decimal' : 'none')
    const start = tag === 'ol' ? (integer(attributes.get('start')) ?? first) : 1
    return { start, step: reversed ? -1 : 1, format, after: '.' }
  }

  #item(attributes: Attributes): void {
    if (this.#markerDepth >= this.#depth) this.#showBare()
    const value = integer(attributes.get('value'))
    const number = this.#lists.item({ value, format: formatOf(attributes) })
    if (number === '') return
    this.#marker += `${number} `
    this.#markerDepth = this.#depth
  }

  /** Shows the number of an item without words on a line of its own. */
  #showBare(): void {
    if (this.#marker === '') return
    this.#builder.break('line')
    this.showMarker()
    this.#builder.break('line')
  }
}

/** The format that an element gives itself. Undefined if it gives none. */
function formatOf(attributes: Attributes): string | undefined {
  const style = attributes.get(STYLE) ?? attributes.get('style') ?? ''
  const words = /(?:^|[;\s])list-style(?:-type)?\s*:([^;]*)/i.exec(style)?.[1]?.toLowerCase()
  if (words === undefined) return TYPES[attributes.get('type') ?? '']
  const shown = words.split(/[\s!]+/).find((word) => NUMBERED.test(word))
  if (shown !== undefined) return shown
  return /\b(?:none|disc|circle|square)\b/.test(words) ? 'none' : undefined
}

function integer(text: string | undefined): number | undefined {
  const digits = /^\s*([+-]?\d{1,9})/.exec(text ?? '')?.[1]
  return digits === undefined ? undefined : Number(digits)
}

function isReversed(tag: string, attributes: Attributes): boolean {
  return tag === 'ol' && attributes.has('reversed')
}

/** Counts the items of each list that counts downwards, in the order of the lists: such a list ends at 1. */
function sizesOfReversed(html: string): readonly number[] {
  if (!/\breversed\b/i.test(html)) return []
  const sizes: number[] = []
  const open: (number | undefined)[] = []
  const sink: HtmlSink = {
    open: (tag, _href, attributes) => {
      const last = open.at(-1)
      if (isReversed(tag, attributes)) open.push(sizes.push(0) - 1)
      else if (LISTS.has(tag)) open.push(undefined)
      else if (tag === 'li' && last !== undefined) sizes[last] = (sizes[last] ?? 0) + 1
    },
    text: () => {},
    close: (tag) => void (LISTS.has(tag) && open.pop()),
  }
  readHtml(html, [sink])
  return sizes
}
