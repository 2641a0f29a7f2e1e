import { nextTurn } from '../../../../pause.ts'
import { DocumentFailure } from '../../document-failure.ts'
import type { Extracted } from '../../text/extracted.ts'
import { aboutPages, leftOut } from '../../text/notice.ts'
import { TextBuilder } from '../../text/text-builder.ts'
import type { ExtractLimits } from '../extract-limits.ts'
import type { ExtractPorts } from '../extract-ports.ts'
import { isPageNumber } from '../office/page-number.ts'
import { countOf, titleOf } from '../office/properties.ts'
import { pathOf, type Relation } from '../office/relations.ts'
import { PackedPictures } from '../pictures/packed-pictures.ts'
import { PictureReader } from '../pictures/picture-reader.ts'
import type { ZipPackage } from '../zip/zip-package.ts'
import { OfficeBody, type OfficeReading } from './body.ts'
import { readObject } from './embedded-object.ts'
import { MasterPages } from './master-pages.ts'
import { OfficeSlides } from './slides.ts'
import { OfficeSheets } from './spreadsheet.ts'
import { type OfficeStyles, StyleReader } from './styles.ts'

const PROTECTED =
  'A password protects this OpenDocument file. Open the file in LibreOffice, save it without a password, and upload that file.'

/** Reads the visible text of an OpenDocument text, spreadsheet or presentation. Its content shows which it is. */
export async function extractOpenDocument(
  parts: ZipPackage,
  ports: ExtractPorts,
  limits: ExtractLimits,
): Promise<Extracted> {
  ports.say(0, 'Unpacking the document')
  await nextTurn(ports.signal)
  if (parts.has('encrypted-package') || isEncrypted(parts))
    throw new DocumentFailure('encrypted', PROTECTED)
  if (!parts.has('content.xml')) throw new DocumentFailure('damaged')
  const reader = new StyleReader()
  parts.read('styles.xml', reader)
  parts.stream('content.xml', reader)
  const { styles, content } = reader
  const pictures = new PictureReader(ports)
  const packed = new PackedPictures(parts, pictures)
  pictures.leaveOut(reader.inlined)
  const takePicture = takerOf(await packed.read(picturesIn(parts, reader.pictures), 0))
  ports.say(30, 'Reading the text')
  await nextTurn(ports.signal)
  const reading = { limits, takePicture, readObject: (href: string) => readObject(parts, href) }
  const source: OfficeSource = { parts, styles, pictures, reading }
  if (content === 'spreadsheet') return readSheets(source)
  return content === 'presentation' ? readSlides(source) : readText(source)
}

function isEncrypted(parts: ZipPackage): boolean {
  return countOf(parts.text('META-INF/manifest.xml'), 'encryption-data') > 0
}

type OfficeSource = {
  readonly parts: ZipPackage
  readonly styles: OfficeStyles
  readonly pictures: PictureReader
  readonly reading: OfficeReading
}

/** The pictures that came with a file. Others are elsewhere, or stand in the file's XML. */
function picturesIn(parts: ZipPackage, addresses: readonly string[]): Relation[] {
  const paths = addresses.map((address) => pathOf(address, '')).filter((path) => parts.has(path))
  return paths.map((path) => ({ id: path, type: 'image', path }))
}

/** Gives the lines of each picture once, as a logo may be on each slide. */
function takerOf(found: ReadonlyMap<string, readonly string[]>): OfficeReading['takePicture'] {
  const left = new Map(found)
  return (href) => {
    const path = pathOf(href, '')
    const lines = left.get(path)
    left.delete(path)
    return lines
  }
}

function readText({ parts, styles, pictures, reading }: OfficeSource): Extracted {
  const builder = new TextBuilder()
  builder.page(1)
  const edges = readEdges(parts, styles, { reading })
  for (const line of edges.headers) builder.line(line)
  builder.break('paragraph')
  const body = new OfficeBody(builder, styles, reading)
  parts.stream('content.xml', body)
  body.appendNotes()
  builder.break('paragraph')
  for (const line of edges.footers) builder.line(line)
  const notices = [
    ...leftOut('hidden_text_left_out', body.lost.hidden),
    ...leftOut('embedded_left_out', body.lost.embedded),
    ...leftOut('comments_left_out', body.lost.comments),
    ...pictures.notices(),
  ]
  const read = builder.end(titleIn(parts), { notices })
  return body.isPaged ? read : { ...read, pages: [{ page: 1, start: 0 }], unpaged: true }
}

function readSheets({ parts, styles, pictures, reading }: OfficeSource): Extracted {
  const builder = new TextBuilder()
  const sheets = new OfficeSheets(builder, styles, reading)
  const edges = readEdges(parts, styles, { reading, passes: KNOWN_FIELDS })
  for (const line of edges.headers) builder.line(line)
  parts.stream('content.xml', sheets)
  for (const line of edges.footers) builder.line(line)
  // The names of empty sheets are no text.
  if (sheets.written === 0) throw new DocumentFailure('no_text')
  const notices = [
    ...leftOut('hidden_sheets_left_out', sheets.lost.sheets),
    ...leftOut('hidden_rows_left_out', sheets.lost.rows),
    ...leftOut('hidden_columns_left_out', sheets.lost.columns),
    ...leftOut('embedded_left_out', sheets.lost.embedded),
    ...leftOut('comments_left_out', sheets.lost.comments),
    ...pictures.notices(),
  ]
  return builder.end(titleIn(parts), { notices, unpaged: true })
}

function readSlides({ parts, styles, pictures, reading }: OfficeSource): Extracted {
  const builder = new TextBuilder()
  const masters = new MasterPages(styles, reading)
  parts.read('styles.xml', masters)
  const slides = new OfficeSlides(builder, styles, { reading, masters })
  parts.stream('content.xml', slides)
  const notices = [
    ...leftOut('hidden_slides_left_out', slides.lost.slides),
    ...leftOut('hidden_text_left_out', slides.lost.hidden),
    ...leftOut('embedded_left_out', slides.lost.embedded),
    ...leftOut('comments_left_out', slides.lost.comments),
    ...pictures.notices(),
    ...aboutPages('pages_without_text', slides.blank),
  ]
  return builder.end(titleIn(parts), { notices })
}

function titleIn(parts: ZipPackage): string {
  return titleOf(parts.text('meta.xml'))
}

/** Fields of a sheet's header that say what the text says anyway. The file has ??? in place of their values. */
const KNOWN_FIELDS = new Set(['sheet-name', 'file-name', 'title', 'date', 'time'])

/** Reads the headers and footers of a text, each line once. Leaves out those that hold only the page's number. */
function readEdges(
  parts: ZipPackage,
  styles: OfficeStyles,
  { reading, passes }: { readonly reading: OfficeReading; readonly passes?: ReadonlySet<string> },
): { readonly headers: ReadonlySet<string>; readonly footers: ReadonlySet<string> } {
  const found = { headers: new Set<string>(), footers: new Set<string>() }
  let edge: { readonly builder: TextBuilder; readonly body: OfficeBody } | undefined
  let passed = 0
  parts.read('styles.xml', {
    open: (name, attribute) => {
      if (passed > 0 || (edge && passes?.has(name) === true)) passed++
      else if (edge) edge.body.open(name, attribute)
      else if (EDGE.test(name) && attribute('display') !== 'false') {
        const builder = new TextBuilder()
        edge = { builder, body: new OfficeBody(builder, styles, reading) }
      }
    },
    text: (text) => void (passed === 0 && edge?.body.text(text)),
    close: (name) => {
      if (passed > 0) return void passed--
      if (!EDGE.test(name)) return edge?.body.close(name)
      const lines = edge?.builder.end().text.split('\n') ?? []
      edge = undefined
      const into = name.startsWith('header') ? found.headers : found.footers
      for (const line of lines) if (!isPageNumber(line)) into.add(line)
    },
  })
  return found
}

const EDGE = /^(?:header|footer)(?:-left|-first)?$/
