import { type Ocr, recognise, type RecognisedPage } from '../../ocr/ocr.ts'
import type { ExtractPorts } from '../extract-ports.ts'
import type { PdfLine } from './lines.ts'
import { hasWrongLetters } from './wrong-letters.ts'

type LinesOnPage = { readonly lines: readonly PdfLine[]; readonly height: number }

/** Characters that no text has: a font without a table of its letters leaves them in the text layer. */
const NO_LETTER = /[\ufffd\ue000-\uf8ff]/g
const BAD_SHARE = 0.1

/** Whether a page has no text layer, or one that is not what the page shows. A damaged page cannot be drawn either. */
export function isScanned(page: LinesOnPage | undefined): page is LinesOnPage {
  if (page === undefined) return false
  const text = page.lines.map((line) => line.text).join('\n')
  if ((text.match(NO_LETTER)?.length ?? 0) >= text.length * BAD_SHARE) return true
  return hasWrongLetters(text)
}

type Scanned<Page> = {
  readonly pages: readonly (Page | undefined)[]
  readonly bytes: () => Promise<Uint8Array>
  readonly size: number
}

type ReadPages<Page> = {
  readonly pages: readonly (Page | undefined)[]
  readonly recognised: ReadonlyMap<number, RecognisedPage>
  /** The pages that keep a text layer which is not what they show. */
  readonly garbled: readonly number[]
}

/** Gives scanned pages the lines that are recognised in their pictures. Returns what was recognised. */
export async function readScanned<Page extends LinesOnPage>(
  ocr: Ocr | undefined,
  { pages, bytes, size }: Scanned<Page>,
  ports: ExtractPorts,
): Promise<ReadPages<Page>> {
  const scanned = pages.flatMap((page, at) => (isScanned(page) ? at + 1 : []))
  const garbledOf = (lines: (page: number) => number) =>
    scanned.filter((page) => lines(page) === 0 && (pages[page - 1]?.lines.length ?? 0) > 0)
  if (ocr === undefined || scanned.length === 0)
    return { pages, recognised: new Map(), garbled: garbledOf(() => 0) }
  const file = { bytes: await bytes(), media_type: 'application/pdf', pages: scanned } as const
  const recognised = await recognise(ocr, file, {
    signal: ports.signal,
    say: (done) =>
      ports.say(
        done * 100,
        `Recognising page ${Math.min(Math.floor(done * scanned.length) + 1, scanned.length)} of ${scanned.length}`,
      ),
  })
  const mended = pages.map((page, at) => {
    const lines = recognised.get(at + 1)?.lines ?? []
    return page === undefined || lines.length === 0
      ? page
      : { ...page, lines: linesOn(page, lines, size) }
  })
  const garbled = garbledOf((page) => recognised.get(page)?.lines.length ?? 0)
  return { pages: mended, recognised, garbled }
}

/** Places lines one below the other, since only their order is known. */
function linesOn({ height }: LinesOnPage, lines: readonly string[], size: number): PdfLine[] {
  const shown = lines
    .map((text, at) => ({ text: text.trim(), at }))
    .filter(({ text }) => text !== '')
  return shown.map(({ text, at }) => ({
    text,
    size,
    apart: at > 0 && lines[at - 1]?.trim() === '',
    y: height * (1 - (at + 1) / (lines.length + 1)),
  }))
}
