import type { DocumentNotice } from '../../../protocol/document.ts'
import { aboutPages } from '../text/notice.ts'
import { type RecognisedPage, SURE } from './ocr.ts'
import { hasLines } from './recognised-lines.ts'

/** Says which pages were read from their pictures, and which of them are likely to have mistakes. */
export function aboutRecognised(read: ReadonlyMap<number, RecognisedPage>): DocumentNotice[] {
  const pages = [...read.values()].filter(({ lines }) => hasLines(lines))
  return [
    ...aboutPages('pages_recognised', numbersOf(pages)),
    ...aboutPages('pages_uncertain', numbersOf(pages.filter((page) => page.confidence < SURE))),
  ]
}

function numbersOf(pages: readonly RecognisedPage[]): number[] {
  return pages.map(({ page }) => page).toSorted((one, other) => one - other)
}
