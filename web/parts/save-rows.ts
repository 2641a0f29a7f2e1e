import { csvTable } from '../../src/protocol/csv.ts'
import { saveText } from '../wire/request.ts'
import type { ExportFormat } from './export-menu.tsx'

type SavedRows = Parameters<typeof csvTable>[0]

/** Lets the browser save rows that the page has, under this name with the format behind it. */
export function saveRows(rows: SavedRows, name: string, format: ExportFormat): void {
  const text =
    format === 'csv' ? csvTable(rows) : rows.map((row) => `${JSON.stringify(row)}\n`).join('')
  saveText(text, `${name}.${format}`)
}
