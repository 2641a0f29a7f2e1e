import { ListCounter } from '../lists/list-counter.ts'
import type { XmlAttribute } from '../zip/xml.ts'
import { type ListLevel, type OfficeStyles, writeNumber } from './styles.ts'

/** An item whose first paragraph was not read yet. */
type PendingItem = { readonly style: string; readonly start: string }

type OpenOfficeList = { readonly style: string; readonly counter: ListCounter }

/** The deepest level of a list. */
const MAX_DEPTH = 10

/** Writes the numbers of the lists and headings of an OpenDocument text. */
export class OfficeLists {
  readonly #styles: OfficeStyles
  readonly #open: OpenOfficeList[] = []
  readonly #headings = new ListCounter()
  /** The counters of ended lists by their ids and styles: a later list may go on with them. */
  readonly #ended = new Map<string, ListCounter>()
  readonly #ids: string[] = []
  /** An item that begins with a list of its own shows no number, and is not counted. */
  #pending: PendingItem | undefined
  #isItem = false

  constructor(styles: OfficeStyles) {
    this.#styles = styles
  }

  /** The open lists. */
  get depth(): number {
    return this.#open.length
  }

  begin(attribute: XmlAttribute): void {
    const outer = this.#open.at(-1)
    const style = attribute('style-name') ?? outer?.style ?? ''
    const counter = outer?.counter ?? this.#continued(style, attribute) ?? new ListCounter()
    this.#pending = undefined
    this.#ids.push(attribute('id') ?? '')
    this.#open.push({ style, counter })
  }

  end(): void {
    const list = this.#open.pop()
    const id = this.#ids.pop() ?? ''
    if (!list) return
    if (id !== '') this.#ended.set(`id ${id}`, list.counter)
    if (this.#open.length === 0) this.#ended.set(`style ${list.style}`, list.counter)
  }

  beginItem(attribute: XmlAttribute): void {
    this.#isItem = true
    const style = attribute('style-override') ?? this.#open.at(-1)?.style ?? ''
    this.#pending = { style, start: attribute('start-value') ?? '' }
  }

  endItem(): void {
    this.#isItem = false
    this.#pending = undefined
  }

  /** Returns the number that the next words begin with, once. */
  take(): string {
    const list = this.#open.at(-1)
    const item = this.#pending
    this.#pending = undefined
    const levels = this.#styles.lists.get(item?.style ?? '')
    if (!item || !list || !levels || this.#open.length > MAX_DEPTH) return ''
    const depth = this.#open.length - 1
    const rule = ruleFor(levels)
    if (item.start !== '') list.counter.set(depth, Number(item.start), rule(depth))
    return writeNumber(list.counter.next(depth, rule), levels)
  }

  /** Counts a heading, unless an item of a list holds the heading. */
  heading(level: number, attribute: XmlAttribute): string {
    const { outline } = this.#styles
    const isCounted = level >= 1 && level <= MAX_DEPTH && attribute('is-list-header') !== 'true'
    if (this.#isItem || !isCounted || outline.size === 0) return this.take()
    return writeNumber(this.#headings.next(level - 1, ruleFor(outline)), outline)
  }

  #continued(style: string, attribute: XmlAttribute): ListCounter | undefined {
    const id = attribute('continue-list')
    const goesOn = id !== undefined || attribute('continue-numbering') === 'true'
    if (!goesOn) return undefined
    // LibreOffice may name a list whose id it did not write.
    return this.#ended.get(`id ${id}`) ?? this.#ended.get(`style ${style}`)
  }
}

function ruleFor(levels: ReadonlyMap<number, ListLevel>) {
  return (depth: number) => ({ start: levels.get(depth + 1)?.start ?? 1 })
}
