import { nextTurn } from '../../../../pause.ts'
import { readHtml } from '../../../html/html-events.ts'
import { writeLines } from '../../ocr/recognised-lines.ts'
import type { Extracted } from '../../text/extracted.ts'
import { leftOut } from '../../text/notice.ts'
import { TextBuilder } from '../../text/text-builder.ts'
import { checkLength, type ExtractLimits } from '../extract-limits.ts'
import type { ExtractPorts } from '../extract-ports.ts'
import { LINE_END } from '../extract-text.ts'
import { HtmlText } from '../html/html-text.ts'
import { readDrawing } from '../office/drawing-text.ts'
import { isPageNumber } from '../office/page-number.ts'
import { countOf, titleOf } from '../office/properties.ts'
import { type PictureLines, PictureReader } from '../pictures/picture-reader.ts'
import { WordNumbering } from '../word/numbering.ts'
import { readXml } from '../zip/xml.ts'
import type { ZipPackage } from '../zip/zip-package.ts'
import { DocxBody, type DocxShape } from './body.ts'
import { allFieldsEnd } from './form-field.ts'
import { type DocxPictures, type Imported, type ReadDocx, readParts } from './imported.ts'
import { readLists } from './numbering-part.ts'
import type { DocxPart } from './package.ts'
import { readStyles } from './styles.ts'

/** Reads the text of a DOCX. Unpacks only the needed parts, and reads their XML in one pass without a tree. */
export async function extractDocx(
  zip: ZipPackage,
  ports: ExtractPorts,
  limits: ExtractLimits,
): Promise<Extracted> {
  ports.say(0, 'Unpacking the document')
  await nextTurn(ports.signal)
  const reader = new PictureReader(ports)
  const unpacked = await readParts(zip, { reader, limits })
  ports.say(30, 'Reading the text')
  await nextTurn(ports.signal)
  const builder = new TextBuilder()
  builder.page(1)
  const lost = { embedded: 0, imported: 0, hidden: 0 }
  const read = readDocument(builder, { ...unpacked, lost, limits })
  const { parts } = unpacked
  const comments = countOf(parts.comments, 'comment')
  const notices = [
    ...leftOut('imported_left_out', lost.imported),
    ...leftOut('hidden_text_left_out', lost.hidden),
    ...leftOut('embedded_left_out', lost.embedded),
    ...leftOut('comments_left_out', comments),
    ...reader.notices(),
  ]
  const title = titleOf(parts.properties)
  return read.isPaged ? builder.end(title, { notices }) : unpaged(builder.end(title, { notices }))
}

/** A document without pages has one, on which no passage stands. */
function unpaged(extracted: Extracted): Extracted {
  return { ...extracted, pages: [{ page: 1, start: 0 }], unpaged: true }
}

type DocxSource = ReadDocx & {
  /** Counts what is left out. */
  readonly lost: { embedded: number; imported: number; hidden: number }
  readonly limits: ExtractLimits
}

/** Writes a document's headers, its text, its notes and its footers. */
function readDocument(
  builder: TextBuilder,
  { parts, imported, pictures, lost, limits }: DocxSource,
): DocxBody {
  const styles = readStyles(parts.styles)
  const shape = { styles, numbering: new WordNumbering(readLists(parts.numbering, styles)) }
  const inserted = new Set<string>()
  const insert = (id: string) => {
    const picture = pictures.get('document')?.get(id)
    checkLength(builder.length, limits)
    if (picture !== undefined) return writeLines(builder, picture)
    // A file may name a part very often. Word writes a part for each place.
    if (inserted.has(id)) return undefined
    inserted.add(id)
    if (parts.imported.has(id)) insertImported(builder, imported.get(id), { lost, limits })
    else readDrawing(builder, parts.drawings.get(id) ?? '')
  }
  const seen = new Set<string>()
  appendFurniture(builder, parts.headers, { shape, pictures, seen })
  const body = new DocxBody(builder, { ...shape, insert, ...fieldsOf(parts.document) })
  readXml(parts.document, body)
  lost.embedded += body.embedded
  lost.hidden += body.hiddenParts
  appendNotes(builder, { parts, shape, pictures, limits }, body.notes)
  appendFurniture(builder, parts.footers, { shape, pictures, seen })
  return body
}

/** Tells whether the fields of a part end. Asked only where an instruction goes on in another paragraph. */
function fieldsOf(xml: string): Pick<DocxShape, 'allFieldsEnd'> {
  let known: boolean | undefined
  return { allFieldsEnd: () => (known ??= allFieldsEnd(xml)) }
}

function insertImported(
  builder: TextBuilder,
  imported: Imported | undefined,
  { lost, limits }: Pick<DocxSource, 'lost' | 'limits'>,
) {
  builder.break('paragraph')
  if (imported?.kind === 'html') {
    readHtml(imported.html, [new HtmlText({ ...imported, whole: true }, builder)])
    lost.hidden += imported.hidden
  } else if (imported?.kind === 'text')
    for (const line of imported.text.split(LINE_END)) builder.line(line)
  else if (imported?.kind === 'docx') readDocument(builder, { ...imported, lost, limits })
  else lost.imported++
  builder.break('paragraph')
}

type PartShape = {
  readonly shape: Omit<DocxShape, 'allFieldsEnd'>
  readonly pictures: DocxPictures
}

type FurnitureShape = PartShape & {
  /** The texts that were written. A text that several headers have is written once. */
  readonly seen: Set<string>
}

/** Writes headers or footers, each text once. Leaves out those that hold only the page's number. */
function appendFurniture(
  builder: TextBuilder,
  parts: readonly DocxPart[],
  { shape, pictures, seen }: FurnitureShape,
): void {
  for (const part of parts) {
    const own = new TextBuilder()
    const insert = inserting(own, pictures.get(part))
    const numbering = shape.numbering.restarted()
    readXml(part.xml, new DocxBody(own, { ...shape, insert, numbering, ...fieldsOf(part.xml) }))
    const { text } = own.end()
    if (seen.has(text) || isPageNumber(text)) continue
    seen.add(text)
    builder.break('paragraph')
    for (const line of text.split('\n')) builder.line(line)
    builder.break('paragraph')
  }
}

/** Writes the lines of a recognised picture by the id that a part uses. */
function inserting(builder: TextBuilder, pictures: ReadonlyMap<string, PictureLines> = new Map()) {
  return (id: string) => {
    const lines = pictures.get(id)
    if (lines !== undefined) writeLines(builder, lines)
  }
}

/** Adds the notes at the end of the text, each after the number of its reference. */
function appendNotes(
  builder: TextBuilder,
  { parts, limits, ...shape }: PartShape & Pick<DocxSource, 'parts' | 'limits'>,
  notes: readonly string[],
): void {
  if (notes.length === 0) return
  const texts = new Map([
    ...noteTexts(parts.footnotes, { kind: 'footnote', ...shape }),
    ...noteTexts(parts.endnotes, { kind: 'endnote', ...shape }),
  ])
  builder.break('paragraph')
  for (const [at, note] of notes.entries()) {
    for (const line of `[${at + 1}] ${texts.get(note) ?? ''}`.split('\n')) builder.line(line)
    checkLength(builder.length, limits)
  }
}

/** Returns the notes' texts by name, such as 'footnote 2'. */
function noteTexts(
  part: DocxPart,
  { kind, shape, pictures }: PartShape & { readonly kind: string },
): ReadonlyMap<string, string> {
  const texts = new Map<string, string>()
  const numbering = shape.numbering.restarted()
  const fields = fieldsOf(part.xml)
  let note:
    | { readonly id: string; readonly builder: TextBuilder; readonly body: DocxBody }
    | undefined
  readXml(part.xml, {
    open: (name, attribute) => {
      if (name === kind) note = begin(attribute('id') ?? '')
      else note?.body.open(name, attribute)
    },
    text: (text) => note?.body.text(text),
    close: (name) => {
      if (name !== kind) return note?.body.close(name)
      if (note) texts.set(`${kind} ${note.id}`, note.builder.end().text)
      note = undefined
    },
  })
  return texts

  function begin(id: string) {
    const builder = new TextBuilder()
    const insert = inserting(builder, pictures.get(part))
    return { id, builder, body: new DocxBody(builder, { ...shape, ...fields, insert, numbering }) }
  }
}
