import { getResolvedPDFJS } from 'unpdf'

import { DocumentFailure } from '../../document-failure.ts'
import { turnedBack } from '../../ocr/recognised-layout.ts'
import type { PageLayout } from '../../page-layout.ts'
import { EXTRACT_LIMITS } from '../extract-limits.ts'
import { checkPdf } from './guard.ts'
import { placedLines } from './lines.ts'
import type { Pdf } from './pdf-js.ts'
import { sizeOf, turnOf, upright } from './upright.ts'

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
  const edges = [left, low, right, high] as const
  const [width, height] = [right - left, high - low]
  const letters = items.filter((item) => 'str' in item)
  const turn = turnOf(letters)
  const [wide, tall] = sizeOf(edges, turn)
  const lines = placedLines(upright(letters, turn, edges)).map((line) => {
    const top = tall - line.y - line.size * (1 - DESCENT)
    const share = [line.x / wide, top / tall, (line.end - line.x) / wide, line.size / tall] as const
    const [x, y, across, down] = turnedBack(share, turn)
    return {
      text: line.text,
      x: x * width,
      y: y * height,
      width: across * width,
      height: down * height,
    }
  })
  return { page: number, width, height, lines }
}
