import { formatNumber } from '../lists/number-format.ts'
import type { XmlAttribute, XmlHandler } from '../zip/xml.ts'

/** How one level of a list writes its numbers. A level without a format has a point, or nothing. */
export type ListLevel = {
  readonly format: string
  readonly prefix: string
  readonly suffix: string
  readonly start: number
  /** The number of levels whose numbers are shown. */
  readonly shown: number
  /** What LibreOffice writes besides: `%1%.%2%.` */
  readonly pattern: string | undefined
}

/** A style of paragraphs, words, tables or pages of a presentation. */
export type OfficeStyle = {
  parent: string | undefined
  hidden: boolean
  raised: boolean
  /** Undefined if the style leaves that to the style that it is based on. */
  beginsPage: boolean | undefined
  /** Whether a slide shows no footer, no date, or nothing of its master page. */
  hidesFooter: boolean
  hidesDate: boolean
  hidesMaster: boolean
  level: number | undefined
  /** Whether its paragraphs are the title of the text. Office never translates the name. */
  isTitle: boolean
}

export type OfficeStyles = {
  readonly styles: Map<string, OfficeStyle>
  readonly lists: Map<string, Map<number, ListLevel>>
  /** The numbers of headings. */
  readonly outline: Map<number, ListLevel>
}

const PREVIEW = /(?:^|\/)(?:ObjectReplacements\/|TablePreview\d+\.svm$)/

const LEVELS = /^(?:outline-level-style|list-level-style-(?:number|bullet|image))$/

/** What the content of a document is: a text, a spreadsheet, a presentation. */
export type OfficeContent = 'text' | 'spreadsheet' | 'presentation'

/** Collects the styles of one part after another, and tells what the content is. */
export class StyleReader implements XmlHandler {
  readonly styles: OfficeStyles = { styles: new Map(), lists: new Map(), outline: new Map() }
  #content: OfficeContent = 'text'
  readonly #pictures = new Set<string>()
  #inlined = 0
  #inBody = false
  #style: OfficeStyle | undefined
  #levels: Map<number, ListLevel> | undefined

  /** The addresses of the pictures, in their order. The picture of an embedded object or of a table is only its preview. */
  get pictures(): readonly string[] {
    return [...this.#pictures].filter((address) => !PREVIEW.test(address))
  }

  /** The pictures whose bytes stand in the XML itself. */
  get inlined(): number {
    return this.#inlined
  }

  get content(): OfficeContent {
    return this.#content
  }

  open(name: string, attribute: XmlAttribute): void {
    const { styles, lists, outline } = this.styles
    const own = attribute('name') ?? ''
    if (name === 'image') this.#takePicture(attribute('href'))
    else if (this.#inBody) this.#takeContent(name)
    else if (name === 'body') this.#inBody = true
    else if (name === 'style') styles.set(own, (this.#style = styleOf(own, attribute)))
    else if (name === 'list-style') lists.set(own, (this.#levels = new Map()))
    else if (name === 'outline-style') this.#levels = outline
    else if (LEVELS.test(name)) this.#levels?.set(Number(attribute('level')), levelOf(attribute))
    else if (this.#style && name.endsWith('-properties')) take(this.#style, attribute)
  }

  close(name: string): void {
    if (name === 'style') this.#style = undefined
    else if (name === 'list-style' || name === 'outline-style') this.#levels = undefined
    else if (name === 'body') this.#inBody = false
  }

  #takePicture(address: string | undefined): void {
    if (address !== undefined) this.#pictures.add(address)
  }

  #takeContent(name: string): void {
    if (name === 'spreadsheet' || name === 'presentation') this.#content = name
    if (name === 'binary-data') this.#inlined++
  }
}

function styleOf(name: string, attribute: XmlAttribute): OfficeStyle {
  const level = attribute('default-outline-level')
  const master = attribute('master-page-name')
  return {
    parent: attribute('parent-style-name'),
    hidden: false,
    raised: false,
    hidesFooter: false,
    hidesDate: false,
    hidesMaster: false,
    isTitle: name === 'Title' && attribute('family') === 'paragraph',
    beginsPage: master === undefined ? undefined : master !== '',
    level: level === undefined || level === '' ? undefined : Number(level),
  }
}

/** Takes what hides a text, a sheet or a slide, what raises letters, and the break before a paragraph. */
function take(style: OfficeStyle, attribute: XmlAttribute): void {
  const hides = [attribute('display'), attribute('visibility')]
  style.hidden ||= hides.some((value) => /^(?:none|false|hidden)$/.test(value ?? ''))
  style.raised ||= /^(?:super|[1-9])/.test(attribute('text-position') ?? '')
  const breaks = attribute('break-before')
  if (breaks !== undefined) style.beginsPage = style.beginsPage === true || breaks === 'page'
  style.hidesFooter ||= attribute('display-footer') === 'false'
  style.hidesDate ||= attribute('display-date-time') === 'false'
  style.hidesMaster ||= attribute('background-objects-visible') === 'false'
}

function levelOf(attribute: XmlAttribute): ListLevel {
  return {
    format: formatOf(attribute),
    prefix: attribute('num-prefix') ?? '',
    suffix: attribute('num-suffix') ?? '',
    start: Number(attribute('start-value') ?? 1),
    shown: Number(attribute('display-levels') ?? 1),
    pattern: attribute('num-list-format'),
  }
}

/** A level of a list has a point if it has no format. An unknown format counts in digits. */
function formatOf(attribute: XmlAttribute): string {
  const format = attribute('num-format') ?? ''
  if (format === '') return 'none'
  const series = LETTERS[format]
  if (series !== undefined && attribute('num-letter-sync') === 'true') return series
  return FORMATS[format] ?? 'decimal'
}

/** The formats whose letters are repeated after the end of the alphabet. */
const LETTERS: Readonly<Record<string, string>> = { a: 'lowerLetter', A: 'upperLetter' }

const FORMATS: Readonly<Record<string, string>> = {
  a: 'lower-alpha',
  A: 'upper-alpha',
  i: 'lowerRoman',
  I: 'upperRoman',
  '01, 02, 03, ...': 'decimalZero',
  '1st': 'ordinal',
  One: 'cardinalText',
  First: 'ordinalText',
  '一, 二, 三, ...': 'chineseCounting',
  '壹, 贰, 叁, ...': 'chineseLegalSimplified',
  '壹, 貳, 參, ...': 'ideographLegalTraditional',
  '①, ②, ③, ...': 'decimalEnclosedCircle',
  '甲, 乙, 丙, ...': 'ideographTraditional',
  '子, 丑, 寅, ...': 'ideographZodiac',
  'ア, イ, ウ, ...': 'aiueo',
  'イ, ロ, ハ, ...': 'iroha',
  '일, 이, 삼, ...': 'koreanDigital',
  'ㄱ, ㄴ, ㄷ, ...': 'chosung',
  '가, 나, 다, ...': 'ganada',
  'أ, ب, ت, ...': 'arabicAlpha',
  'א, י, ק, ...': 'hebrew1',
  'ก, ข, ฃ, ...': 'thaiLetters',
  '１, ２, ３, ...': 'decimalFullWidth',
  'А, Б, .., Аа, Аб, ... (ru)': 'russianUpper',
  'а, б, .., аа, аб, ... (ru)': 'russianLower',
}

/** Writes the number of an item as the list's level shows it. `numbers` are those of the levels above, and its own. */
export function writeNumber(
  numbers: readonly number[],
  levels: ReadonlyMap<number, ListLevel>,
): string {
  const own = levels.get(numbers.length)
  if (!own || own.format === 'none') return ''
  const parts = numbers.map((number, at) =>
    formatNumber(number, levels.get(at + 1)?.format ?? 'decimal'),
  )
  if (own.pattern !== undefined)
    return own.pattern
      .replaceAll(/%(\d{1,2})%/g, (_, level) => parts[Number(level) - 1] ?? '')
      .trim()
  const shown = parts.slice(-Math.max(1, own.shown)).filter((part) => part !== '')
  return `${own.prefix}${shown.join('.')}${own.suffix}`.trim()
}
