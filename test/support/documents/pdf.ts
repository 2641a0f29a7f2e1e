import { zlibSync } from 'fflate'

/** A line of text on a page. `x` and `y` are the place of its first letter, in points from the lower left. */
export type PrintedLine = {
  readonly text: string
  readonly x?: number
  readonly y: number
  readonly size?: number
  /** Further space behind each letter, in points. */
  readonly spacing?: number
  /** By how many quarters the line is turned against the clock. */
  readonly quarters?: 0 | 1 | 2 | 3
}

export type PdfPlan = {
  readonly pages: readonly (readonly PrintedLine[])[]
  readonly title?: string
  /** Text before `%PDF-`. */
  readonly before?: string
  readonly deflated?: boolean
  /** The text of a filled-in form field on the first page. */
  readonly field?: string
  /** Further entries of the catalog. */
  readonly catalog?: string
  /** The dictionaries of annotations on the first page. */
  readonly annotations?: readonly string[]
}

/** Sets lines below one another, like a typewriter. */
export function typed(lines: readonly string[], size = 12): PrintedLine[] {
  return lines.map((text, at) => ({ text, x: 72, y: 760 - at * size * 1.2, size }))
}

/** Makes a PDF with only text, in the one font that every reader has. */
export function pdf(plan: PdfPlan): Uint8Array<ArrayBuffer> {
  return joined(plan.before ?? '', objectsOf(plan), '')
}

/** Joins the objects 1 to n to a file. `extra` is added to the trailer. */
export function joined(
  before: string,
  objects: readonly string[],
  extra: string,
): Uint8Array<ArrayBuffer> {
  let file = '%PDF-1.7\n'
  const places: number[] = []
  for (const [at, object] of objects.entries()) {
    places.push(file.length)
    file += `${at + 1} 0 obj\n${object}\nendobj\n`
  }
  const table = places.map((place) => `${String(place).padStart(10, '0')} 00000 n \n`).join('')
  const count = objects.length + 1
  const trailer = `trailer\n<</Size ${count}/Root 1 0 R/Info 2 0 R${extra}>>\nstartxref\n${file.length}\n%%EOF\n`
  return latin1(`${before}${file}xref\n0 ${count}\n0000000000 65535 f \n${table}${trailer}`)
}

/**
 * The objects of a PDF: the catalog, the information, the pages, the font and a field, and then each page
 * with its content.
 */
export function objectsOf(plan: PdfPlan): string[] {
  const { pages, title, deflated, field, catalog = '', annotations = [] } = plan
  const first = 6
  const kids = pages.map((_, at) => `${first + at * 2} 0 R`).join(' ')
  const form = field === undefined ? '' : '/AcroForm<</Fields[5 0 R]>>'
  const objects = [
    `<</Type/Catalog/Pages 3 0 R${form}${catalog}>>`,
    `<<${title === undefined ? '' : `/Title${string(title)}`}>>`,
    `<</Type/Pages/Count ${pages.length}/Kids[${kids}]>>`,
    '<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>',
    `<</Type/Annot/Subtype/Widget/FT/Tx/T(field)/V${string(field ?? '')}/Rect[0 0 9 9]/P ${first} 0 R>>`,
  ]
  for (const [at, lines] of pages.entries()) {
    const fields = field === undefined ? annotations : ['5 0 R', ...annotations]
    const annotated = at === 0 && fields.length > 0 ? `/Annots[${fields.join(' ')}]` : ''
    objects.push(
      `<</Type/Page/Parent 3 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F 4 0 R>>>>/Contents ${first + at * 2 + 1} 0 R${annotated}>>`,
      stream(lines.map(printed).join('\n'), deflated === true),
    )
  }
  return objects
}

/** A stream object. Each character of the content is one byte. */
function stream(content: string, deflated: boolean): string {
  const bytes = deflated ? fromBytes(zlibSync(latin1(content), { level: 9 })) : content
  const filter = deflated ? '/Filter/FlateDecode' : ''
  return `<</Length ${bytes.length}${filter}>>\nstream\n${bytes}\nendstream`
}

const QUARTERS = ['1 0 0 1', '0 1 -1 0', '-1 0 0 -1', '0 -1 1 0'] as const

function printed({ text, x = 72, y, size = 12, spacing = 0, quarters = 0 }: PrintedLine): string {
  const place = quarters === 0 ? `${x} ${y} Td` : `${QUARTERS[quarters]} ${x} ${y} Tm`
  return `BT /F ${size} Tf ${spacing} Tc ${place} ${string(text)} Tj ET`
}

function string(text: string): string {
  return `(${text.replaceAll(/[\\()]/g, '\\$&')})`
}

export function latin1(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (char) => char.charCodeAt(0))
}

export function fromBytes(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
}
