import { LINE_END } from '../extract-text.ts'
import type { PdfLine } from './lines.ts'

/** What was typed or ticked on a page, with its place. */
type Typed = {
  readonly text: string
  readonly x: number
  readonly y: number
  readonly size: number
}

export type TypedOnPage = {
  readonly typed: readonly Typed[]
  readonly comments: number
  readonly stamps: number
  /** Fields of signatures that show something. */
  readonly signatures: number
  readonly attachments: number
}

type Annotation = Readonly<Record<string, unknown>>

/** Annotations that nobody sees. */
const HIDDEN = 2 | 32
const COMMENTS = new Set(
  `Text Highlight Underline StrikeOut Squiggly Caret Line Square Circle Polygon PolyLine Ink`.split(
    ' ',
  ),
)

/** Reads what people typed on a page: notes with a typewriter tool, and the fields of a form. */
export function typedOn(annotations: readonly Annotation[]): TypedOnPage {
  const shown = annotations.filter((one) => (Number(one['annotationFlags'] ?? 0) & HIDDEN) === 0)
  const commented = shown.filter(({ subtype }) => COMMENTS.has(String(subtype)))
  return {
    typed: shown.flatMap(typedBy),
    comments: commented.filter((one) => contentsOf(one) !== '').length,
    stamps: shown.filter(({ subtype }) => subtype === 'Stamp').length,
    signatures: shown.filter(showsSignature).length,
    attachments: shown.filter(({ subtype }) => subtype === 'FileAttachment').length,
  }
}

function showsSignature({ fieldType, hasAppearance, rect }: Annotation): boolean {
  const [left = 0, low = 0, right = 0, high = 0] = Array.isArray(rect) ? rect.map(Number) : []
  return fieldType === 'Sig' && hasAppearance === true && right > left && high > low
}

function typedBy(annotation: Annotation): Typed[] {
  const lines = linesBy(annotation)
  const rect = annotation['rect']
  const [x = 0, low = 0, , high = low] = Array.isArray(rect) ? rect.map(Number) : []
  if (lines.length === 0) return []
  const size = Math.min(12, Math.max(6, (high - low) / lines.length))
  const first = lines.length === 1 ? (low + high) / 2 - size * 0.35 : high - size
  return lines.map((text, at) => ({ text, x, y: first - at * size * 1.2, size }))
}

function linesBy(annotation: Annotation): string[] {
  if (annotation['subtype'] === 'FreeText') return textLines(annotation)
  if (annotation['subtype'] === 'Stamp') return split(contentsOf(annotation))
  if (annotation['subtype'] !== 'Widget') return []
  const { fieldType, fieldValue, checkBox, radioButton } = annotation
  if (fieldType === 'Btn')
    return checkBox === true || radioButton === true ? [tickOf(annotation)] : []
  if ((fieldType !== 'Tx' && fieldType !== 'Ch') || annotation['password'] === true) return []
  const values = Array.isArray(fieldValue) ? fieldValue : [fieldValue]
  return values.flatMap((value) =>
    split(typeof value === 'string' ? displayed(annotation, value) : ''),
  )
}

function tickOf({ fieldValue, exportValue, buttonValue }: Annotation): string {
  const own = buttonValue ?? exportValue
  return fieldValue === own && fieldValue !== 'Off' && fieldValue !== null ? '☒' : '☐'
}

/** Returns the words that a list shows for a value. */
function displayed({ options }: Annotation, value: string): string {
  if (!Array.isArray(options)) return value
  const found: unknown = options.find((one: unknown) => isOption(one) && one.exportValue === value)
  return isOption(found) ? found.displayValue : value
}

function isOption(one: unknown): one is { exportValue: string; displayValue: string } {
  return typeof one === 'object' && one !== null && 'exportValue' in one && 'displayValue' in one
}

function textLines(annotation: Annotation): string[] {
  const shown = annotation['textContent']
  const lines = Array.isArray(shown) ? shown.filter((line) => typeof line === 'string') : []
  return lines.length > 0 ? lines : split(contentsOf(annotation))
}

function contentsOf({ contentsObj }: Annotation): string {
  if (typeof contentsObj !== 'object' || contentsObj === null || !('str' in contentsObj)) return ''
  return typeof contentsObj.str === 'string' ? contentsObj.str.trim() : ''
}

function split(text: string): string[] {
  return text.split(LINE_END).filter((line) => line.trim() !== '')
}

/** Adds what was typed to the lines of the page: to the end of the line at its height, or as a line of its own. */
export function withTyped(lines: readonly PdfLine[], typed: readonly Typed[]): PdfLine[] {
  const all = [...lines]
  for (const { text, y, size } of typed) {
    const beside = all.findIndex((line) => Math.abs(line.y - y) <= Math.max(size, line.size) * 0.5)
    const line = all[beside]
    const below = all.findIndex((other) => other.y < y)
    if (line && /^[☒☐]$/.test(text)) all[beside] = { ...line, text: `${text} ${line.text}` }
    else if (line) all[beside] = { ...line, text: `${line.text} ${text}` }
    else all.splice(below === -1 ? all.length : below, 0, { text, size: 0, apart: false, y })
  }
  return all
}
