import { getResolvedPDFJS } from 'unpdf'

import { DocumentFailure } from '../../document-failure.ts'
import type { PageLayout } from '../../page-layout.ts'
import { EXTRACT_LIMITS } from '../extract-limits.ts'
import { checkPdf } from './guard.ts'
import { placedLines } from './lines.ts'
import type { Pdf } from './pdf-js.ts'

/** Letters stand this share of their height below the line on which they are written. */
const DESCENT = 0.25

/** Reads where the lines of some pages stand. Returns none for a PDF that cannot be opened, as a protected one. */
export async function readLayouts(
  pdf: Uint8Array,
  pages: readonly number[],
  signal: AbortSignal,
): Promise<readonly PageLayout[]> {
  const { getDocument } = await getResolvedPDFJS()
  try {
    checkPdf(pdf, EXTRACT_LIMITS)
  } catch (error) {
    if (error instanceof DocumentFailure) return []
    throw error
  }
  const task = getDocument({ data: pdf, verbosity: 0, disableFontFace: true, useSystemFonts: true })
  try {
    const opened = await task.promise
    const layouts: PageLayout[] = []
    for (const page of pages.filter((number) => number <= opened.numPages)) {
      signal.throwIfAborted()
      layouts.push(await layoutOf(opened, page))
    }
    return layouts
  } catch (error) {
    signal.throwIfAborted()
    if (isOfFile(error)) return []
    throw error
  } finally {
    await task.destroy()
  }
}

function isOfFile(error: unknown): boolean {
  return error instanceof Error && /^(?:Password|InvalidPDF|Unknown|Format|XRef)/.test(error.name)
}

async function layoutOf(pdf: Pdf, number: number): Promise<PageLayout> {
  const page = await pdf.getPage(number)
  const { items } = await page.getTextContent()
  const [left = 0, low = 0, right = 595, high = 842] = page.view
  page.cleanup()
  const lines = placedLines(items.filter((item) => 'str' in item))
  return {
    page: number,
    width: right - left,
    height: high - low,
    lines: lines.map(({ text, x, y, end, size }) => ({
      text,
      x: x - left,
      y: high - y - size * (1 - DESCENT),
      width: end - x,
      height: size,
    })),
  }
}
