import { ListCounter } from '../lists/list-counter.ts'
import type { XmlAttribute } from '../zip/xml.ts'
import { type ListLevel, type OfficeStyles, writeNumber } from './styles.ts'

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
  #label = ''
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
    this.#ids.push(attribute('id') ?? '')
    this.#open.push({ style, counter })
  }

  end(): void {
    const list = this.#open.pop()
    const id = this.#ids.pop() ?? ''
    if (!list || this.#open.length > 0) return
    this.#ended.set(`style ${list.style}`, list.counter)
    if (id !== '') this.#ended.set(`id ${id}`, list.counter)
  }

  beginItem(attribute: XmlAttribute): void {
    const list = this.#open.at(-1)
    const levels = this.#styles.lists.get(list?.style ?? '')
    this.#isItem = true
    if (!list || !levels || this.#open.length > MAX_DEPTH) return
    const depth = this.#open.length - 1
    const rule = ruleFor(levels)
    const start = attribute('start-value')
    if (start !== undefined && start !== '') list.counter.set(depth, Number(start), rule(depth))
    this.#label = writeNumber(list.counter.next(depth, rule), levels)
  }

  endItem(): void {
    this.#isItem = false
    this.#label = ''
  }

  /** Returns the number that the next words begin with, once. */
  take(): string {
    const label = this.#label
    this.#label = ''
    return label
  }

  /** Counts a heading, unless an item of a list holds the heading. */
  heading(level: number, attribute: XmlAttribute): string {
    const { outline } = this.#styles
    const isCounted = level >= 1 && level <= MAX_DEPTH && attribute('is-list-header') !== 'true'
    if (this.#isItem || !isCounted || outline.size === 0) return this.take()
    return writeNumber(this.#headings.next(level - 1, ruleFor(outline)), outline)
  }

  #continued(style: string, attribute: XmlAttribute): ListCounter | undefined {
    const list = attribute('continue-list')
    if (list !== undefined) return this.#ended.get(`id ${list}`)
    return attribute('continue-numbering') === 'true'
      ? this.#ended.get(`style ${style}`)
      : undefined
  }
}

function ruleFor(levels: ReadonlyMap<number, ListLevel>) {
  return (depth: number) => ({ start: levels.get(depth + 1)?.start ?? 1 })
}
