import {
  type Level,
  type List,
  newLevel,
  type OpenLevel,
  WordNumbering,
} from '../word/numbering.ts'

/** The numbers of formats (RTF 1.9, levelnfc), by the names that DOCX has for them. */
const FORMATS: Readonly<Record<number, string>> = {
  0: 'decimal',
  1: 'upperRoman',
  2: 'lowerRoman',
  3: 'upperLetter',
  4: 'lowerLetter',
  5: 'ordinal',
  6: 'cardinalText',
  7: 'ordinalText',
  10: 'chineseCounting',
  18: 'decimalEnclosedCircle',
  22: 'decimalZero',
  23: 'bullet',
  255: 'none',
}

/** Lists beyond this number have no numbers. Word writes a few hundred at most. */
const MAX_LISTS = 20_000
const MAX_LEVELS = 9
/** The longest label: one byte counts its characters. */
const MAX_LABEL = 255

type RtfList = { id: number; readonly levels: Map<number, OpenLevel> }
type OpenOverride = { kind: number; readonly starts: Map<number, number>; depth: number }

/** Reads the tables of lists. Word also writes each number as text, other programs do not. */
export class RtfLists {
  readonly #kinds = new Map<number, RtfList>()
  readonly #lists = new Map<string, List>()
  #list: RtfList = newList()
  #level = newLevel()
  #isLengthRead = false
  #override = newOverride()
  #numbering: WordNumbering | undefined

  /** Takes a control word of the table of lists. */
  listWord(word: string, value: number | undefined): void {
    if (word === 'list') this.#list = newList()
    else if (word === 'listlevel') this.#beginLevel()
    else if (word === 'listid') this.#endList(value ?? 0)
    else takeLevel(this.#level, word, value)
  }

  beginLabel(): void {
    this.#level.text = ''
    this.#isLengthRead = false
  }

  /** Takes a part of a label: its length, and characters of which those below nine stand for a level's number. */
  labelText(text: string): void {
    const label = this.#isLengthRead ? text : text.slice(1)
    this.#isLengthRead ||= text !== ''
    // A semicolon ends the label, and has no part in it.
    const shown = Array.from(label.slice(0, MAX_LABEL).replace(/;$/, ''), withPlace).join('')
    this.#level.text = (this.#level.text + shown).slice(0, MAX_LABEL)
  }

  /** Takes a control word of the table of the lists that paragraphs name. */
  overrideWord(word: string, value: number | undefined): void {
    if (word === 'listoverride') this.#override = newOverride()
    else if (word === 'listid') this.#override.kind = value ?? 0
    else if (word === 'lfolevel') this.#override.depth++
    else if (word === 'levelstartat') this.#override.starts.set(this.#override.depth, value ?? 1)
    else if (word === 'ls') this.#endOverride(value ?? 0)
  }

  /** Counts a paragraph, and returns its number or bullet. */
  next(list: number, depth: number): string {
    this.#numbering ??= new WordNumbering(this.#lists)
    return this.#numbering.next({ list: String(list), depth }, undefined)
  }

  #beginLevel(): void {
    this.#level = newLevel()
    const { levels } = this.#list
    if (levels.size < MAX_LEVELS) levels.set(levels.size, this.#level)
  }

  #endList(id: number): void {
    this.#list.id = id
    if (this.#kinds.size < MAX_LISTS) this.#kinds.set(id, this.#list)
  }

  #endOverride(id: number): void {
    const { kind, starts } = this.#override
    const levels = new Map<number, Level>(this.#kinds.get(kind)?.levels)
    for (const [depth, start] of starts) {
      const level = levels.get(depth)
      if (level) levels.set(depth, { ...level, start })
    }
    const list = { kind: String(kind), levels, restarts: new Set(starts.keys()) }
    if (this.#lists.size < MAX_LISTS) this.#lists.set(String(id), list)
  }
}

/** The value of `levelfollow` in a level whose labels have no space behind them. */
const NOTHING = 2

function takeLevel(level: OpenLevel, word: string, value: number | undefined): void {
  if (word === 'levelnfc' || word === 'levelnfcn') level.format = FORMATS[value ?? 0] ?? 'decimal'
  else if (word === 'levelstartat') level.start = value ?? 1
  else if (word === 'levellegal') level.legal = value !== 0
  else if (word === 'levelfollow') level.apart = value !== NOTHING
  else if (word === 'levelnorestart' && value !== 0) level.restart = -1
}

function withPlace(char: string): string {
  const code = char.charCodeAt(0)
  return code < MAX_LEVELS ? `%${code + 1}` : char
}

function newList(): RtfList {
  return { id: 0, levels: new Map() }
}

function newOverride(): OpenOverride {
  return { kind: 0, starts: new Map(), depth: -1 }
}
