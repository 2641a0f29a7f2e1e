import { type Ocr, recognise, type RecognisedPage, SURE } from '../../ocr/ocr.ts'
import type { ExtractPorts } from '../extract-ports.ts'
import type { PdfLine } from './lines.ts'
import { hasWrongLetters } from './wrong-letters.ts'

type LinesOnPage = {
  readonly lines: readonly PdfLine[]
  readonly height: number
  readonly hasPicture?: boolean
}

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
  /** The pages that keep a text layer which is not what they show, and those with a picture that was not read. */
  readonly garbled: readonly number[]
  readonly pictured: readonly number[]
}

/**
 * Gives scanned pages the lines that are recognised in their pictures, and also those pages whose picture has more words than
 * their text. Returns what was recognised.
 */
export async function readScanned<Page extends LinesOnPage>(
  ocr: Ocr | undefined,
  { pages, bytes, size }: Scanned<Page>,
  ports: ExtractPorts,
): Promise<ReadPages<Page>> {
  const numbers = (is: (page: Page | undefined) => boolean) =>
    pages.flatMap((page, at) => (is(page) ? at + 1 : []))
  const scanned = numbers(isScanned)
  const pictured = numbers((page) => page?.hasPicture === true).filter(
    (page) => !scanned.includes(page),
  )
  const withText = scanned.filter((page) => (pages[page - 1]?.lines.length ?? 0) > 0)
  const asked = [...scanned, ...pictured]
  if (ocr === undefined || asked.length === 0)
    return { pages, recognised: new Map(), garbled: withText, pictured }
  const found = await recognisedOf(ocr, { bytes: await bytes(), asked }, ports)
  const tells = (page: number) =>
    !pictured.includes(page) || tellsMore(found.get(page), pages[page - 1])
  const recognised = new Map([...found].filter(([page]) => tells(page)))
  const mended = pages.map((page, at) => {
    const lines = recognised.get(at + 1)?.lines ?? []
    return page === undefined || lines.length === 0
      ? page
      : { ...page, lines: linesOn(page, lines, size) }
  })
  const isUnread = (page: number) => (recognised.get(page)?.lines.length ?? 0) === 0
  return {
    pages: mended,
    recognised,
    garbled: withText.filter(isUnread),
    pictured: pictured.filter((page) => !found.has(page)),
  }
}

type AskedPages = { readonly bytes: Uint8Array; readonly asked: readonly number[] }

function recognisedOf(ocr: Ocr, { bytes, asked }: AskedPages, { signal, say }: ExtractPorts) {
  const count = asked.length
  return recognise(ocr, { bytes, media_type: 'application/pdf', pages: asked } as const, {
    signal,
    say: (done) =>
      say(
        done * 100,
        `Recognising page ${Math.min(Math.floor(done * count) + 1, count)} of ${count}`,
      ),
  })
}

/** A picture has words of its own if so many more characters are recognised than the text layer has. */
const MORE = 100

function tellsMore(read: RecognisedPage | undefined, page: LinesOnPage | undefined): boolean {
  if (read === undefined || read.confidence < SURE) return false
  const own = page?.lines.reduce((sum, { text }) => sum + text.length, 0) ?? 0
  return read.lines.join('').length >= own + MORE
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
