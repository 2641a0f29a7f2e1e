import { ListCounter } from '../lists/list-counter.ts'
import { formatNumber } from '../lists/number-format.ts'

/** How a paragraph of a slide is numbered. */
export type AutoNumber = { readonly type: string; readonly start: number }

const FORMATS: Readonly<Record<string, string>> = {
  arabic: 'decimal',
  alphaLc: 'lowerLetter',
  alphaUc: 'upperLetter',
  romanLc: 'lowerRoman',
  romanUc: 'upperRoman',
  arabicDb: 'decimalFullWidth',
  circleNumDb: 'decimalEnclosedCircle',
  circleNumWdBlack: 'decimalEnclosedCircle',
  circleNumWdWhite: 'decimalEnclosedCircle',
  ea1Chs: 'chineseCounting',
  ea1Cht: 'chineseCounting',
  ea1JpnChs: 'japaneseCounting',
  ea1JpnKor: 'japaneseCounting',
  thaiAlpha: 'thaiLetters',
  thaiNum: 'thaiNumbers',
  hindiNum: 'hindiNumbers',
  hebrew2: 'hebrew2',
  arabic1: 'arabicAlpha',
  arabic2: 'arabicAbjad',
}

/** The deepest level of a paragraph in a slide. */
const MAX_LEVEL = 8

/** Counts the numbered paragraphs of one text, as PowerPoint shows them. */
export class AutoNumbers {
  readonly #counter = new ListCounter()
  readonly #open: (string | undefined)[] = []

  /** Returns the number of the next paragraph, or nothing if the paragraph has none. */
  next(level: number, number: AutoNumber | undefined): string {
    const depth = Math.min(Math.max(0, level), MAX_LEVEL)
    const kind = number && `${number.type} ${number.start}`
    // A paragraph of another kind ends the numbers of its level.
    if (this.#open[depth] !== kind) this.#counter.restart(depth)
    this.#open.length = depth
    this.#open[depth] = kind
    if (number === undefined) return ''
    const { start, type } = number
    return written(this.#counter.next(depth, () => ({ start })).at(-1) ?? start, type)
  }
}

const SERIES =
  /^(arabic(?:Db)?|alpha[LU]c|roman[LU]c|circleNum(?:Db|WdBlack|WdWhite)|ea1(?:Chs|Cht|JpnChs|JpnKor)|thai(?:Alpha|Num)|hindiNum|hebrew2|arabic[12])(Period|ParenR|ParenBoth|Plain|Minus|DbPeriod)$/

function written(value: number, type: string): string {
  const [, series = '', form = ''] = SERIES.exec(type) ?? []
  const shown = formatNumber(value, FORMATS[series] ?? 'decimal')
  return (FORMS[form] ?? FORMS['Period'] ?? String)(shown)
}

const FORMS: Readonly<Record<string, (number: string) => string>> = {
  Period: (number) => `${number}.`,
  DbPeriod: (number) => `${number}.`,
  ParenR: (number) => `${number})`,
  ParenBoth: (number) => `(${number})`,
  Plain: (number) => number,
  Minus: (number) => `${number}-`,
}
