import { ListCounter, type LevelRule } from '../lists/list-counter.ts'
import { formatCustom, formatNumber } from '../lists/number-format.ts'

/** A paragraph's list, and its depth in that list. */
export type ListPlace = { readonly list: string; readonly depth: number | undefined }

/** A level of a list. */
export type Level = LevelRule & {
  readonly format: string
  /** The digits of a custom format, such as "001, 002, 003, ...". */
  readonly pattern: string | undefined
  /** The pattern of the label, such as "%1.%2". */
  readonly text: string
  /** Whether all numbers in the label are digits: lawyers want "1.1" below "I.". */
  readonly legal: boolean
  /** True: a space or a tab stands between the label and the text. */
  readonly apart: boolean
  readonly style: string | undefined
}

type Levels = ReadonlyMap<number, Level>

/** A list (`num`). All lists of one kind (`abstractNum`) share their counts. */
export type List = {
  readonly kind: string
  readonly levels: Levels
  /** The depths at which the list begins to count anew. */
  readonly restarts: ReadonlySet<number>
}

/** A level that a reader of lists fills. */
export type OpenLevel = { -readonly [Key in keyof Level]: Level[Key] }

export function newLevel(): OpenLevel {
  return {
    start: 1,
    format: 'decimal',
    pattern: undefined,
    text: '',
    legal: false,
    apart: true,
    style: undefined,
  }
}

export const BULLET = '•'

/** Makes the number or bullet that Word shows before a paragraph. The paragraph's text has neither. */
export class WordNumbering {
  readonly #lists: ReadonlyMap<string, List>
  /** The counters by kind: a list goes on counting where the last list of its kind ended. */
  readonly #counters = new Map<string, ListCounter>()
  readonly #begun = new Set<string>()

  constructor(lists: ReadonlyMap<string, List>) {
    this.#lists = lists
  }

  /** Returns a numbering of the same lists that counts from the beginning, for another part of the document. */
  restarted(): WordNumbering {
    return new WordNumbering(this.#lists)
  }

  /**
   * Returns the label of the next paragraph at this place, with the space that follows the label. The paragraph's style
   * gives the depth if the place does not.
   */
  next(place: ListPlace, style: string | undefined): string {
    const list = this.#lists.get(place.list)
    const depth = place.depth ?? depthOf(list?.levels, style)
    const level = list?.levels.get(depth)
    if (!list || !level) return ''
    const numbers = this.#count(place.list, list, depth)
    const label = level.format === 'bullet' ? bulletOf(level) : labelOf(level, list.levels, numbers)
    return label === '' || !level.apart ? label : `${label} `
  }

  #count(id: string, { kind, levels, restarts }: List, depth: number): readonly number[] {
    const counter = this.#counters.get(kind) ?? new ListCounter()
    this.#counters.set(kind, counter)
    const key = `${id} ${depth}`
    // A list restarts its kind's count only once per depth.
    if (restarts.has(depth) && !this.#begun.has(key)) counter.restart(depth)
    this.#begun.add(key)
    return counter.next(depth, (at) => levels.get(at) ?? { start: 1 })
  }
}

/** Word writes a bullet of spaces where a paragraph belongs to the item above. Such a paragraph shows no bullet. */
function bulletOf({ text }: Level): string {
  return text !== '' && text.trim() === '' ? '' : BULLET
}

function depthOf(levels: Levels | undefined, style: string | undefined): number {
  if (style === undefined) return 0
  return [...(levels ?? [])].find(([, level]) => level.style === style)?.[0] ?? 0
}

function labelOf(level: Level, levels: Levels, numbers: readonly number[]): string {
  return level.text.replaceAll(/%([1-9])/g, (_, digit: string) => {
    const at = Number(digit) - 1
    const number = numbers[at] ?? 1
    const shown = levels.get(at)
    if (level.legal && shown?.format !== 'bullet') return String(number)
    if (shown?.pattern !== undefined) return formatCustom(number, shown.pattern)
    return formatNumber(number, shown?.format ?? 'decimal')
  })
}
