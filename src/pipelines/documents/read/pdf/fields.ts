import { LINE_END } from '../extract-text.ts'
import type { PdfLine } from './lines.ts'

/** Returns the filled-in form fields by page, counted from 0. pdf.js does not include them in a page's text. */
export function filledIn(fields: object | null): ReadonlyMap<number, readonly PdfLine[]> {
  const filled = new Map<number, PdfLine[]>()
  for (const field of Object.values(fields ?? {}).flat()) {
    const [page, value] = fieldOf(field) ?? []
    if (page === undefined || value === undefined) continue
    const lines = value.split(LINE_END).map((text) => ({ text, size: 0, apart: false }))
    filled.set(page, [...(filled.get(page) ?? []), ...lines])
  }
  return filled
}

const WRITTEN = new Set(['text', 'combobox', 'listbox'])

function fieldOf(field: unknown): readonly [page: number, value: string] | undefined {
  if (typeof field !== 'object' || field === null) return undefined
  if (!('type' in field && 'value' in field && 'page' in field)) return undefined
  const { type, value, page } = field
  if (typeof type !== 'string' || !WRITTEN.has(type) || typeof page !== 'number') return undefined
  return typeof value === 'string' && value.trim() !== '' ? [page, value] : undefined
}
