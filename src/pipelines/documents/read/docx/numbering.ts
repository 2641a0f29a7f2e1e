import { formatNumber } from './list-number.ts'
import type { ListPlace } from './styles.ts'
import { isOn, readXml, type XmlHandler } from './xml.ts'

type Level = {
  start: number
  format: string
  /** The pattern of the label, such as "%1.%2". */
  text: string
  /** Whether all numbers in the label are digits: lawyers want "1.1" below "I.". */
  legal: boolean
  style: string | undefined
}

type List = { readonly kind: string; readonly starts: ReadonlyMap<number, number> }

/** Makes the number or bullet that Word shows before a paragraph. A paragraph's text does not contain it. */
export class DocxNumbering {
  readonly #kinds: ReadonlyMap<string, ReadonlyMap<number, Level>>
  readonly #lists: ReadonlyMap<string, List>
  /** The counts of each kind of list. A list continues the count of the last list of its kind. */
  readonly #counts = new Map<string, readonly number[]>()
  readonly #begun = new Set<string>()

  constructor(xml: string) {
    const reader = new NumberingReader()
    readXml(xml, reader)
    this.#kinds = reader.kinds
    this.#lists = reader.lists
  }

  /** Returns the label of the next paragraph at this place. The paragraph's style gives the depth if the place does not. */
  next(place: ListPlace, style: string | undefined): string {
    const list = this.#lists.get(place.list)
    const levels = this.#kinds.get(list?.kind ?? '')
    if (!list || !levels) return ''
    const depth = place.depth ?? depthOf(levels, style)
    const level = levels.get(depth)
    if (!level) return ''
    const counts = this.#count(place.list, list, depth)
    return level.format === 'bullet' ? '•' : labelOf(level, levels, counts)
  }

  #count(id: string, list: List, depth: number): readonly number[] {
    const levels = this.#kinds.get(list.kind)
    const counts = this.#counts.get(list.kind) ?? []
    const above = Array.from({ length: depth }, (_, at) => counts[at] ?? startOf(levels, at))
    const last = counts[depth]
    const next = last === undefined ? startOf(levels, depth) : last + 1
    const counted = [...above, this.#startAnew(id, list, depth) ?? next]
    this.#counts.set(list.kind, counted)
    return counted
  }

  /** Returns the number with which a list restarts, if it has one. A list restarts only once per depth. */
  #startAnew(id: string, list: List, depth: number): number | undefined {
    const key = `${id} ${depth}`
    if (this.#begun.has(key)) return undefined
    this.#begun.add(key)
    return list.starts.get(depth)
  }
}

function startOf(levels: ReadonlyMap<number, Level> | undefined, depth: number): number {
  return levels?.get(depth)?.start ?? 1
}

function depthOf(levels: ReadonlyMap<number, Level>, style: string | undefined): number {
  if (style === undefined) return 0
  return [...levels].find(([, level]) => level.style === style)?.[0] ?? 0
}

function labelOf(
  level: Level,
  levels: ReadonlyMap<number, Level>,
  counts: readonly number[],
): string {
  return level.text.replaceAll(/%([1-9])/g, (_, digit: string) => {
    const at = Number(digit) - 1
    const format = level.legal ? 'decimal' : levels.get(at)?.format
    return formatNumber(counts[at] ?? 1, format ?? 'decimal')
  })
}

/** The deepest level: Word has nine levels, counted from 0. */
const MAX_DEPTH = 8

type OpenList = { readonly id: string; kind: string; starts: Map<number, number>; depth: number }

/** Reads the kinds of lists (`abstractNum`) and the lists (`num`). */
class NumberingReader implements XmlHandler {
  readonly kinds = new Map<string, Map<number, Level>>()
  readonly lists = new Map<string, List>()
  #levels = new Map<number, Level>()
  #level: Level | undefined
  #list: OpenList | undefined

  open(name: string, attribute: (name: string) => string | undefined): void {
    if (name === 'abstractNum') {
      this.#levels = new Map()
      this.kinds.set(attribute('abstractNumId') ?? '', this.#levels)
    } else if (name === 'num') {
      this.#list = { id: attribute('numId') ?? '', kind: '', starts: new Map(), depth: 0 }
    } else if (this.#list) {
      takeList(this.#list, name, attribute)
    } else if (name === 'lvl') {
      this.#beginLevel(Number(attribute('ilvl')))
    } else if (this.#level) {
      takeLevel(this.#level, name, attribute('val'))
    }
  }

  close(name: string): void {
    if (name === 'lvl') this.#level = undefined
    if (name !== 'num' || !this.#list) return
    this.lists.set(this.#list.id, this.#list)
    this.#list = undefined
  }

  #beginLevel(depth: number): void {
    if (!(depth >= 0 && depth <= MAX_DEPTH)) return
    this.#level = { start: 1, format: 'decimal', text: '', legal: false, style: undefined }
    this.#levels.set(depth, this.#level)
  }
}

/** Reads a list's kind and its restart numbers. Other changes to the kind hardly ever matter. */
function takeList(
  list: OpenList,
  name: string,
  attribute: (name: string) => string | undefined,
): void {
  if (name === 'abstractNumId') list.kind = attribute('val') ?? ''
  else if (name === 'lvlOverride') list.depth = Number(attribute('ilvl'))
  else if (name === 'startOverride') list.starts.set(list.depth, Number(attribute('val')))
}

function takeLevel(level: Level, name: string, value: string | undefined): void {
  if (name === 'start') level.start = Number(value)
  else if (name === 'numFmt') level.format = value ?? 'decimal'
  else if (name === 'lvlText') level.text = value ?? ''
  else if (name === 'isLgl') level.legal = isOn(value)
  else if (name === 'pStyle') level.style = value
}
