import { symbolOf } from '../word/symbol.ts'
import { isOn, readXml, type XmlAttribute } from '../zip/xml.ts'

/** A field of Word, from its first character (`fldChar`) to its last one. */
type FormField = {
  kind: 'other' | 'check_box' | 'drop_down'
  checked: boolean
  chosen: number
  readonly entries: string[]
  instruction: string
  /** Whether the field showed text of its own, which is its result. */
  shown: boolean
}

const CHECKED = '☒'
const UNCHECKED = '☐'

/** Reads the fields whose result Word does not store as text: check boxes, drop-down lists and buttons of old forms. */
export class FormFields {
  /** The open fields. A field may be inside another one. */
  readonly #open: FormField[] = []
  /** The fields that number their paragraphs. */
  #numbers = 0
  readonly #allEnd: () => boolean

  constructor(allEnd: () => boolean) {
    this.#allEnd = allEnd
  }

  /** The fields whose instruction has begun and not ended. */
  readonly #instructed = new Set<FormField>()

  /** Whether text at this place is a part of a field's instruction. The instruction of one field may contain another field. */
  get isInstruction(): boolean {
    return this.#instructed.size > 0
  }

  /**
   * An instruction may have several paragraphs. A damaged file may never end an instruction: the text after its paragraph
   * is then text of the document.
   */
  endParagraph(): void {
    if (this.#instructed.size > 0 && !this.#allEnd()) this.#instructed.clear()
  }

  /** Takes an element of a field. Returns the text that a field shows at its end. */
  take(name: string, attribute: XmlAttribute): string {
    if (name === 'fldChar') return this.#mark(attribute('fldCharType'))
    const field = this.#open.at(-1)
    if (field) takeSetting(field, name, attribute)
    return ''
  }

  /** Takes a text that is shown while a field is open. */
  show(text: string): void {
    const field = this.#open.at(-1)
    if (field && text.trim() !== '') field.shown = true
  }

  instruction(text: string): void {
    const field = this.#open.at(-1)
    if (field) field.instruction += text
  }

  #begin(): void {
    const field = newField()
    this.#open.push(field)
    this.#instructed.add(field)
  }

  #mark(type: string | undefined): string {
    if (type === 'begin') this.#begin()
    const last = this.#open.at(-1)
    if (last && type !== 'begin') this.#instructed.delete(last)
    if (type !== 'end') return ''
    const field = this.#open.pop()
    if (!field || field.shown) return ''
    return AUTO_NUMBER.test(field.instruction) ? `${++this.#numbers}.` : resultOf(field)
  }
}

function newField(): FormField {
  return { kind: 'other', checked: false, chosen: 0, entries: [], instruction: '', shown: false }
}

function takeSetting(field: FormField, name: string, attribute: XmlAttribute): void {
  const value = attribute('val')
  if (name === 'checkBox') field.kind = 'check_box'
  else if (name === 'ddList') field.kind = 'drop_down'
  else if (name === 'listEntry') field.entries.push(value ?? '')
  else if (name === 'result') field.chosen = Number(value)
  else if (name === 'checked') field.checked = isOn(value)
  else if (name === 'default' && field.kind === 'check_box') field.checked = isOn(value)
  else if (name === 'default') field.chosen = Number(value)
}

/** A field that counts its paragraphs. Word stores no result with it. */
const AUTO_NUMBER = /^\s*AUTONUM(?:LGL|OUT)?\b/i

/** A button shows the words of its instruction. */
const BUTTON = /^\s*(?:MACRO|GOTO)BUTTON\s+\S+\s+(\S[^]*)$/i

function resultOf({ kind, checked, chosen, entries, instruction }: FormField): string {
  if (kind === 'check_box') return checked ? CHECKED : UNCHECKED
  if (kind === 'drop_down') return entries[chosen] ?? entries[0] ?? ''
  return BUTTON.exec(instruction)?.[1]?.trim() ?? drawnBy(instruction)
}

/** A sign by its code. */
const SYMBOL = /^\s*SYMBOL\s+(0x[\da-f]+|\d+)(?:[^]*?\\f\s+"?([^"\\]+))?/i
/** A formula that is a fraction. */
const FRACTION = /^\s*EQ\s+\\f\s*\(([^(),;]*)[,;]([^(),;]*)\)/i

/** Returns what Word draws for an instruction without a stored result. */
function drawnBy(instruction: string): string {
  const [, code, font] = SYMBOL.exec(instruction) ?? []
  if (code !== undefined) return symbolOf(Number(code).toString(16), font?.trim() || 'Times')
  const [, above, below] = FRACTION.exec(instruction) ?? []
  if (above !== undefined) return `${above}/${below}`
  return belowReading(instruction)
}

/** A formula that raises a text, such as the reading of Japanese words: `EQ \o\ad(\s\up 9(reading),words)`. */
const RAISING = /^\s*EQ\b[^(]{0,40}\(\\s\\up/i

/** Returns the words below their reading. */
function belowReading(instruction: string): string {
  if (!RAISING.test(instruction)) return ''
  const end = instruction.lastIndexOf(')')
  const reading = instruction.lastIndexOf(')', end - 1)
  const isBelow = reading > 0 && ',;'.includes(instruction.charAt(reading + 1))
  return isBelow ? instruction.slice(reading + 2, end) : ''
}

/** Tells whether a part has an end for each field that begins in it. */
export function allFieldsEnd(xml: string): boolean {
  let open = 0
  let passed = 0
  readXml(xml, {
    open: (name, attribute) => {
      if (passed > 0 || UNSEEN.has(name)) passed++
      else if (name === 'fldChar' && attribute('fldCharType') === 'begin') open++
      else if (name === 'fldChar' && attribute('fldCharType') === 'end') open--
    },
    close: () => void (passed > 0 && passed--),
  })
  return open === 0
}

const UNSEEN = new Set(['del', 'moveFrom', 'Fallback'])
