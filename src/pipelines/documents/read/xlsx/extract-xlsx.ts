import { nextTurn } from '../../../../pause.ts'
import { DocumentFailure } from '../../document-failure.ts'
import { writeLines } from '../../ocr/recognised-lines.ts'
import type { Extracted } from '../../text/extracted.ts'
import { leftOut } from '../../text/notice.ts'
import { TextBuilder } from '../../text/text-builder.ts'
import { checkLength, type ExtractLimits } from '../extract-limits.ts'
import type { ExtractPorts } from '../extract-ports.ts'
import { readDrawing } from '../office/drawing-text.ts'
import { countOf, titleOf } from '../office/properties.ts'
import { type Relation, relationsOf } from '../office/relations.ts'
import { PackedPictures } from '../pictures/packed-pictures.ts'
import { PictureReader } from '../pictures/picture-reader.ts'
import { readXml } from '../zip/xml.ts'
import type { ZipPackage } from '../zip/zip-package.ts'
import { readCellStyles } from './cell-styles.ts'
import { readSharedStrings } from './shared-strings.ts'
import { SheetLayout } from './sheet-layout.ts'
import { type CellShape, SheetText } from './sheet.ts'
import { readWorkbook } from './workbook.ts'

/** Reads the visible cells of a workbook: each sheet is a table under its name. */
export async function extractXlsx(
  parts: ZipPackage,
  ports: ExtractPorts,
  limits: ExtractLimits,
): Promise<Extracted> {
  ports.say(0, 'Unpacking the workbook')
  await nextTurn(ports.signal)
  const workbook = readWorkbook(parts)
  const shape: CellShape = {
    strings: readSharedStrings(parts, workbook.strings, limits),
    showOf: readCellStyles(parts, workbook.styles, workbook),
    limits,
  }
  const builder = new TextBuilder()
  const lost: LostOfSheets = { rows: 0, columns: 0, formulas: 0, comments: 0, edges: new Set() }
  const reader = new PictureReader(ports)
  const packed = new PackedPictures(parts, reader)
  const visible = workbook.sheets.filter(({ hidden }) => !hidden)
  const shown = visible.filter(({ path }) => parts.has(path))
  if (shown.length === 0 && visible.length > 0) throw new DocumentFailure('damaged')
  let written = 0
  for (const [at, { name, path }] of shown.entries()) {
    ports.say((100 * at) / shown.length, `Reading sheet ${at + 1} of ${shown.length}`)
    await nextTurn(ports.signal)
    builder.heading(1)
    builder.text(name)
    builder.endHeading()
    const sheet = { parts, path, shape, relations: relationsOf(parts, path) }
    written += readSheet(builder, sheet, lost)
    const before = builder.length
    const progress = (100 * at) / shown.length
    await readDrawings(builder, sheet, (own) => packed.read(own, progress))
    written += builder.length - before
  }
  const inCells =
    workbook.cell_pictures === undefined ? [] : relationsOf(parts, workbook.cell_pictures)
  for (const lines of (await packed.read(inCells, 100)).values()) {
    writeLines(builder, lines)
    written += lines.length
  }
  // The names of empty sheets are no text.
  if (written === 0) throw new DocumentFailure('no_text')
  const notices = [
    ...leftOut('hidden_sheets_left_out', workbook.sheets.length - visible.length),
    ...leftOut('parts_missing', visible.length - shown.length),
    ...leftOut('hidden_rows_left_out', lost.rows),
    ...leftOut('hidden_columns_left_out', lost.columns),
    ...leftOut('formulas_left_out', lost.formulas),
    ...leftOut('comments_left_out', lost.comments),
    ...reader.notices(),
  ]
  return builder.end(titleOf(parts.text(workbook.properties)), { notices, unpaged: true })
}

type SheetSource = {
  readonly parts: ZipPackage
  readonly path: string
  readonly shape: CellShape
  readonly relations: readonly Relation[]
}

/** Counts what is left out. `edges` has the lines of headers and footers that were written. */
type LostOfSheets = {
  rows: number
  columns: number
  formulas: number
  comments: number
  readonly edges: Set<string>
}

/** Writes the cells of a sheet between its header and its footer. */
function readSheet(
  builder: TextBuilder,
  { parts, path, shape, relations }: SheetSource,
  lost: LostOfSheets,
): number {
  const layout = SheetLayout.of(parts, path)
  writeEdge(builder, layout.edges.lines('Header'), lost)
  const before = builder.length
  const sheet = new SheetText(builder, shape, layout)
  parts.stream(path, sheet)
  builder.break('paragraph')
  const written = builder.length - before
  writeEdge(builder, layout.edges.lines('Footer'), lost)
  lost.rows += sheet.lost.rows
  lost.columns += sheet.lost.columns
  lost.formulas += sheet.lost.formulas
  for (const relation of relations)
    if (relation.type === 'comments') lost.comments += countOf(parts.text(relation.path), 'comment')
  return written
}

function writeEdge(
  builder: TextBuilder,
  lines: ReadonlySet<string>,
  { edges }: LostOfSheets,
): void {
  for (const line of lines) {
    if (edges.has(line)) continue
    edges.add(line)
    builder.line(line)
  }
  builder.break('paragraph')
}

type ReadPictures = (
  relations: readonly Relation[],
) => Promise<ReadonlyMap<string, readonly string[]>>

/** Writes the words of a sheet's charts and text boxes, and the lines of its pictures. */
async function readDrawings(
  builder: TextBuilder,
  { parts, shape, relations }: SheetSource,
  readPictures: ReadPictures,
): Promise<void> {
  for (const relation of relations) {
    if (relation.type === 'image') writeAll(builder, await readPictures([relation]))
    if (relation.type !== 'drawing') continue
    const xml = parts.text(relation.path)
    readDrawing(builder, xml)
    const own = relationsOf(parts, relation.path)
    const charts = own.filter(({ type }) => DRAWN.has(type))
    for (const chart of charts) readDrawing(builder, parts.text(chart.path))
    writeAll(builder, await readPictures(inOrder(own, xml)))
    checkLength(builder.length, shape.limits)
  }
}

function writeAll(builder: TextBuilder, pictures: ReadonlyMap<string, readonly string[]>): void {
  for (const lines of pictures.values()) writeLines(builder, lines)
}

/** Returns the relations that a drawing shows as pictures, in its order. */
function inOrder(own: readonly Relation[], xml: string): readonly Relation[] {
  const ids = new Set<string>()
  readXml(xml, {
    open: (name, attribute) => void (name === 'blip' && ids.add(attribute('embed') ?? '')),
  })
  const byId = new Map(own.map((relation) => [relation.id, relation]))
  return [...ids].flatMap((id) => byId.get(id) ?? [])
}

const DRAWN = new Set(['chart', 'chartEx', 'diagramData'])
