import { type Level, type List, newLevel, type OpenLevel } from '../word/numbering.ts'
import { isOn, readXml, type XmlAttribute, type XmlHandler } from '../zip/xml.ts'
import type { ParagraphStyle } from './styles.ts'

/** The deepest level: Word has nine levels, counted from 0. */
const MAX_DEPTH = 8

/** The most kinds in a chain of kinds that borrow their levels. The limit also ends a circle. */
const MAX_CHAIN = 20

/** Reads the lists of a document by their ids. */
export function readLists(
  xml: string,
  styles: ReadonlyMap<string, ParagraphStyle>,
): ReadonlyMap<string, List> {
  const reader = new NumberingReader()
  readXml(xml, reader)
  const lists = new Map<string, List>()
  for (const [id, list] of reader.lists) {
    const kind = lender(list.kind, reader, styles)
    const levels = new Map<number, Level>([
      ...(reader.kinds.get(kind)?.levels ?? []),
      ...list.levels,
    ])
    for (const [depth, start] of list.starts) {
      const level = levels.get(depth)
      if (level) levels.set(depth, { ...level, start })
    }
    lists.set(id, { kind, levels, restarts: new Set(list.starts.keys()) })
  }
  return lists
}

/** Follows a kind that borrows the levels of a list style (`numStyleLink`) to the kind that has the levels. */
function lender(
  kind: string,
  { kinds, lists }: NumberingReader,
  styles: ReadonlyMap<string, ParagraphStyle>,
): string {
  let at = kind
  for (let step = 0; step < MAX_CHAIN; step++) {
    const borrowed = kinds.get(at)?.borrowed
    if (borrowed === undefined) return at
    const of = lists.get(styles.get(borrowed)?.place?.list ?? '')?.kind
    const next = of ?? [...kinds].find(([, { lent }]) => lent === borrowed)?.[0]
    if (next === undefined) return at
    at = next
  }
  return at
}

/** A kind of lists. `borrowed` and `lent` are the ids of the list style that connects two kinds. */
type NumberingKind = {
  readonly levels: Map<number, OpenLevel>
  borrowed: string | undefined
  lent: string | undefined
}

type OpenList = {
  readonly id: string
  kind: string
  depth: number
  /** The levels that the list gives itself in place of those of its kind. */
  readonly levels: Map<number, OpenLevel>
  readonly starts: Map<number, number>
}

/** Reads the kinds of lists and the lists. */
class NumberingReader implements XmlHandler {
  readonly kinds = new Map<string, NumberingKind>()
  readonly lists = new Map<string, OpenList>()
  #kind: NumberingKind | undefined
  #level: OpenLevel | undefined
  #list: OpenList | undefined

  open(name: string, attribute: XmlAttribute): void {
    if (name === 'abstractNum') {
      this.#kind = { levels: new Map(), borrowed: undefined, lent: undefined }
      this.kinds.set(attribute('abstractNumId') ?? '', this.#kind)
    } else if (name === 'num') {
      this.#list = newList(attribute('numId') ?? '')
    } else if (name === 'lvl') {
      this.#beginLevel(Number(attribute('ilvl')))
    } else if (this.#level) {
      takeLevel(this.#level, name, attribute)
    } else if (this.#list) {
      takeList(this.#list, name, attribute)
    } else if (this.#kind) {
      takeKind(this.#kind, name, attribute('val'))
    }
  }

  close(name: string): void {
    if (name === 'lvl') this.#level = undefined
    if (name !== 'num' || !this.#list) return
    this.lists.set(this.#list.id, this.#list)
    this.#list = undefined
  }

  #beginLevel(depth: number): void {
    const levels = (this.#list ?? this.#kind)?.levels
    if (!levels || !(depth >= 0 && depth <= MAX_DEPTH)) return
    this.#level = newLevel()
    levels.set(depth, this.#level)
  }
}

function newList(id: string): OpenList {
  return { id, kind: '', depth: 0, levels: new Map(), starts: new Map() }
}

function takeKind(kind: NumberingKind, name: string, value: string | undefined): void {
  if (name === 'styleLink') kind.lent = value
  else if (name === 'numStyleLink') kind.borrowed = value
}

function takeList(list: OpenList, name: string, attribute: XmlAttribute): void {
  if (name === 'abstractNumId') list.kind = attribute('val') ?? ''
  else if (name === 'lvlOverride') list.depth = Number(attribute('ilvl'))
  else if (name === 'startOverride') list.starts.set(list.depth, Number(attribute('val')))
}

function takeLevel(level: OpenLevel, name: string, attribute: XmlAttribute): void {
  const value = attribute('val')
  if (name === 'start') level.start = Number(value)
  else if (name === 'numFmt') takeFormat(level, value, attribute('format'))
  else if (name === 'lvlText') level.text = value ?? ''
  else if (name === 'lvlRestart') level.restart = Number(value) - 1
  else if (name === 'isLgl') level.legal = isOn(value)
  else if (name === 'suff') level.apart = value !== 'nothing'
  else if (name === 'pStyle') level.style = value
}

/** Takes a level's format. A custom one is followed by another one for old programs, which does not count. */
function takeFormat(level: OpenLevel, value = 'decimal', pattern?: string): void {
  if (level.pattern !== undefined) return
  level.format = value
  level.pattern = pattern
}
