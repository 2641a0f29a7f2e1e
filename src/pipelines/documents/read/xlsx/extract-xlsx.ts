import { nextTurn } from '../../../../pause.ts'
import { DocumentFailure } from '../../document-failure.ts'
import type { Extracted } from '../../text/extracted.ts'
import { leftOut } from '../../text/notice.ts'
import { TextBuilder } from '../../text/text-builder.ts'
import { checkLength, type ExtractLimits } from '../extract-limits.ts'
import type { ExtractPorts } from '../extract-ports.ts'
import { readDrawing } from '../office/drawing-text.ts'
import { countOf, titleOf } from '../office/properties.ts'
import { relationsOf } from '../office/relations.ts'
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
  const lost = { rows: 0, columns: 0, comments: 0 }
  const shown = workbook.sheets.filter(({ hidden }) => !hidden)
  let written = 0
  for (const [at, { name, path }] of shown.entries()) {
    ports.say((100 * at) / shown.length, `Reading sheet ${at + 1} of ${shown.length}`)
    await nextTurn(ports.signal)
    builder.heading(1)
    builder.text(name)
    builder.endHeading()
    const before = builder.length
    readSheet(builder, { parts, path, shape }, lost)
    written += builder.length - before
  }
  // The names of empty sheets are no text.
  if (written === 0) throw new DocumentFailure('no_text')
  const notices = [
    ...leftOut('hidden_sheets_left_out', workbook.sheets.length - shown.length),
    ...leftOut('hidden_rows_left_out', lost.rows),
    ...leftOut('hidden_columns_left_out', lost.columns),
    ...leftOut('comments_left_out', lost.comments),
  ]
  return builder.end(titleOf(parts.text(workbook.properties)), { notices, unpaged: true })
}

type SheetSource = {
  readonly parts: ZipPackage
  readonly path: string
  readonly shape: CellShape
}

/** Writes the cells of a sheet, and then the words of its charts and text boxes. */
function readSheet(
  builder: TextBuilder,
  { parts, path, shape }: SheetSource,
  lost: { rows: number; columns: number; comments: number },
): void {
  const sheet = new SheetText(builder, shape, SheetLayout.of(parts, path))
  parts.stream(path, sheet)
  builder.break('paragraph')
  lost.rows += sheet.hidden.rows
  lost.columns += sheet.hidden.columns
  for (const relation of relationsOf(parts, path)) {
    if (relation.type === 'comments') lost.comments += countOf(parts.text(relation.path), 'comment')
    if (relation.type !== 'drawing') continue
    readDrawing(builder, parts.text(relation.path))
    const charts = relationsOf(parts, relation.path).filter(({ type }) => DRAWN.has(type))
    for (const chart of charts) readDrawing(builder, parts.text(chart.path))
    checkLength(builder.length, shape.limits)
  }
}

const DRAWN = new Set(['chart', 'diagramData'])
