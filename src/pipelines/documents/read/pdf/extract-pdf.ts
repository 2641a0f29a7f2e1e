import { getResolvedPDFJS } from 'unpdf'

import { nextTurn } from '../../../../pause.ts'
import type { DocumentNotice } from '../../../../protocol/document.ts'
import { DocumentFailure } from '../../document-failure.ts'
import type { RecognisedPage } from '../../ocr/ocr.ts'
import { recognisedLayout, type TurnedPage } from '../../ocr/recognised-layout.ts'
import { aboutRecognised } from '../../ocr/recognised-notices.ts'
import type { PageLayout } from '../../page-layout.ts'
import type { Extracted } from '../../text/extracted.ts'
import { aboutPages, leftOut } from '../../text/notice.ts'
import { ownTitle } from '../../text/own-title.ts'
import { TextBuilder } from '../../text/text-builder.ts'
import type { ExtractLimits } from '../extract-limits.ts'
import type { DocumentSource, ExtractPorts } from '../extract-ports.ts'
import { type Bookmark, bookmarksOf, markedLines } from './bookmarks.ts'
import { CMaps } from './cmaps.ts'
import { checkPdf } from './guard.ts'
import { bodySize, headingLevels } from './headings.ts'
import { joinDivided } from './hyphens.ts'
import { hasLargePicture } from './large-picture.ts'
import { layersOf, type PdfLayers, shownItems } from './layers.ts'
import { linesOf, type PdfLine } from './lines.ts'
import type { Pdf, PdfTask } from './pdf-js.ts'
import { withoutRunning } from './running-lines.ts'
import { readScanned } from './scanned-pages.ts'
import { typedOn, type TypedOnPage, withTyped } from './typed.ts'
import { rectOn, sizeOf, turnOf, upright } from './upright.ts'

/** Reads a PDF's text page by page. */
export async function extractPdf(
  source: DocumentSource,
  ports: ExtractPorts,
  limits: ExtractLimits,
): Promise<Extracted> {
  checkPdf(source.bytes, limits)
  const task = await open(source)
  const destroy = () => void task.destroy()
  ports.signal.addEventListener('abort', destroy, { once: true })
  try {
    return await readPdf(task, ports, limits)
  } catch (error) {
    ports.signal.throwIfAborted()
    throw failureOf(error, source.password)
  } finally {
    ports.signal.removeEventListener('abort', destroy)
    await task.destroy()
  }
}

/**
 * Opens a PDF without font faces and pictures, as nothing is drawn, and without the library's warnings, as nobody reads
 * them.
 */
async function open({ bytes, password }: DocumentSource): Promise<PdfTask> {
  const { getDocument } = await getResolvedPDFJS()
  return getDocument({
    data: bytes,
    verbosity: 0,
    disableFontFace: true,
    maxImageSize: 1,
    useSystemFonts: true,
    BinaryDataFactory: CMaps,
    cMapPacked: false,
    ...(password !== undefined && { password }),
  })
}

async function readPdf(
  task: PdfTask,
  ports: ExtractPorts,
  limits: ExtractLimits,
): Promise<Extracted> {
  const pdf = await unlessAborted(task.promise, ports.signal)
  if (pdf.numPages > limits.pages) throw new DocumentFailure('too_large')
  const { info } = await pdf.getMetadata()
  if (isDynamicForm(info)) throw new DocumentFailure('dynamic_form')
  const printed = await readPages(pdf, ports, limits)
  const size = bodySize(printed.map((page) => page?.lines ?? []))
  const scanned = { pages: printed, size, bytes: () => pdf.getData() }
  const { pages, ...read } = await readScanned(ports.ocr, scanned, ports)
  const attached = Object.keys((await pdf.getAttachments()) ?? {}).length
  const labels = await pdf.getPageLabels()
  const bookmarks = await unlessAborted(bookmarksOf(pdf), ports.signal)
  return build(pages, { title: titleIn(info), labels, attached, bookmarks, ...read })
}

/** Whether a PDF is a form that only Adobe Reader draws. Its pages hold a notice that says so. */
function isDynamicForm(info: object): boolean {
  const has = (key: string) => key in info && Reflect.get(info, key) === true
  return has('IsXFAPresent') && !has('IsAcroFormPresent')
}

/** A page's lines and what people typed on it. Undefined for a page that is damaged. */
type PageOfPdf = TypedOnPage &
  TurnedPage & {
    readonly lines: readonly PdfLine[]
    /** The parts of the page on layers that are off. */
    readonly hidden: number
    /** The height of the page when its letters are upright. */
    readonly tall: number
    /** Whether the page has a large picture beside its few words. */
    readonly hasPicture: boolean
  }

async function readPages(
  pdf: Pdf,
  ports: ExtractPorts,
  limits: ExtractLimits,
): Promise<(PageOfPdf | undefined)[]> {
  const pages: (PageOfPdf | undefined)[] = []
  const layers = await unlessAborted(layersOf(pdf), ports.signal)
  let chars = 0
  for (let page = 1; page <= pdf.numPages; page++) {
    ports.say(((page - 1) / pdf.numPages) * 100, `Page ${page} of ${pdf.numPages}`)
    if (page % turnEvery(pdf.numPages) === 0) await nextTurn(ports.signal)
    const read = await unlessAborted(readPage(pdf, page, layers), ports.signal)
    chars += read?.lines.reduce((sum, { text }) => sum + text.length, 0) ?? 0
    if (chars > limits.chars) throw new DocumentFailure('too_large')
    pages.push(read)
  }
  if (pages.every((page) => page === undefined)) throw new DocumentFailure('damaged')
  return pages
}

/** Returns how many pages to read before other tasks get a turn: a hundredth of a long document. */
function turnEvery(pages: number): number {
  return Math.max(1, Math.floor(pages / 100))
}

async function readPage(
  pdf: Pdf,
  number: number,
  layers: PdfLayers | undefined,
): Promise<PageOfPdf | undefined> {
  try {
    const page = await pdf.getPage(number)
    const { items: letters, hidden } = await shownItems(page, layers)
    const annotations = await page.getAnnotations()
    const [left = 0, low = 0, right = 595, high = 842] = page.view
    const edges = [left, low, right, high] as const
    const turn = turnOf(letters)
    const lines = linesOf(upright(letters, turn, edges))
    const hasPicture = isNearlyEmpty(lines) && (await hasLargePicture(page))
    page.cleanup()
    const turned = annotations.map((one) => ({ ...one, rect: rectOn(one.rect, turn, edges) }))
    return {
      ...typedOn(turned),
      lines,
      hasPicture,
      hidden,
      tall: sizeOf(edges, turn)[1],
      width: right - left,
      height: high - low,
      turned: page.rotate,
    }
  } catch (error) {
    if (isOfFile(error)) return undefined
    throw error
  }
}

/** A scan with a stamp, a number of an exhibit or the lines of a court has at most so many letters of its own. */
const FEW_CHARACTERS = 300

function isNearlyEmpty(lines: readonly PdfLine[]): boolean {
  const chars = lines.reduce((sum, { text }) => sum + text.length, 0)
  return chars > 0 && chars < FEW_CHARACTERS
}

/** Whether an error says that a part of the file is damaged. */
function isOfFile(error: unknown): boolean {
  return error instanceof Error && /^(?:InvalidPDF|UnknownError|FormatError)/.test(error.name)
}

type About = {
  readonly title: string
  readonly labels: readonly string[] | null
  readonly attached: number
  readonly bookmarks: readonly Bookmark[]
  readonly recognised: ReadonlyMap<number, RecognisedPage>
  /** Pages whose text layer is not what they show, and pages with a picture that was not read. */
  readonly garbled: readonly number[]
  readonly pictured: readonly number[]
}

function build(read: readonly (PageOfPdf | undefined)[], about: About): Extracted {
  const heights = read.map((page) => page?.tall ?? 0)
  const running = withoutRunning(
    read.map((page) => page?.lines ?? []),
    heights,
  )
  const printed = running.map((lines, at) => withTyped(lines, read[at]?.typed ?? []))
  const pages = joinDivided(printed)
  const builder = new TextBuilder()
  writePages(builder, pages, about.bookmarks)
  const extracted = builder.end(about.title, { notices: noticesOf(read, printed, about) })
  return { ...labelled(extracted, about.labels), layouts: layoutsOf(read, about) }
}

/** Where the lines of recognised pages stand. */
function layoutsOf(
  read: readonly (PageOfPdf | undefined)[],
  { recognised }: About,
): readonly PageLayout[] {
  return [...recognised.values()].flatMap((page) => {
    const size = read[page.page - 1]
    return size === undefined ? [] : [recognisedLayout(page, size)]
  })
}

function writePages(
  builder: TextBuilder,
  pages: readonly (readonly PdfLine[])[],
  bookmarks: readonly Bookmark[],
): void {
  const levels = headingLevels(pages, bodySize(pages))
  const marked = markedLines(pages, bookmarks, levels)
  for (const [at, lines] of pages.entries()) {
    builder.page(at + 1)
    let heading: number | undefined
    for (const line of lines) {
      const { text, size, apart } = line
      const mark = marked.get(line)
      const level = levels(text, size) ?? mark?.level
      if (level !== heading || mark?.begins === true || (apart && level === undefined)) {
        builder.endHeading()
        if (level !== undefined) builder.heading(level)
        else builder.break(apart ? 'paragraph' : 'line')
      }
      heading = level
      builder.text(text)
      builder.break('line')
    }
    builder.endHeading()
  }
}

/** Gives each page the label that is printed on it, where that is another one than its number. */
function labelled(extracted: Extracted, labels: readonly string[] | null): Extracted {
  if (labels === null) return extracted
  const pages = extracted.pages.map((start) => {
    const label = labels[start.page - 1] ?? ''
    return label === '' || label === String(start.page) ? start : { ...start, label }
  })
  return { ...extracted, pages }
}

function noticesOf(
  read: readonly (PageOfPdf | undefined)[],
  printed: readonly (readonly PdfLine[])[],
  { attached, recognised, garbled, pictured }: About,
): DocumentNotice[] {
  const numbers = (is: (at: number) => boolean) => read.flatMap((_, at) => (is(at) ? [at + 1] : []))
  const sum = (key: 'comments' | 'stamps' | 'signatures' | 'attachments' | 'hidden') =>
    read.reduce((count, page) => count + (page?.[key] ?? 0), 0)
  return [
    ...aboutPages(
      'pages_unreadable',
      numbers((at) => read[at] === undefined),
    ),
    ...aboutPages(
      'pages_without_text',
      numbers((at) => read[at] !== undefined && printed[at]?.length === 0),
    ),
    ...aboutPages('pages_garbled', garbled),
    ...aboutPages('pages_with_picture', pictured),
    ...aboutRecognised(recognised),
    ...leftOut('comments_left_out', sum('comments')),
    ...leftOut('stamps_left_out', sum('stamps')),
    ...leftOut('signatures_left_out', sum('signatures')),
    ...leftOut('hidden_text_left_out', sum('hidden')),
    ...leftOut('attachments_left_out', sum('attachments') + attached),
  ]
}

function titleIn(info: object): string {
  return 'Title' in info && typeof info.Title === 'string' ? ownTitle(info.Title) : ''
}

/** Stops waiting when the signal aborts, even if the library is stuck. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const stop = Promise.withResolvers<never>()
  const abort = () => stop.reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([work, stop.promise])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

/** Turns the library's errors about a file into document failures. Returns other errors unchanged. */
function failureOf(error: unknown, password: string | undefined): unknown {
  switch (error instanceof Error ? error.name : '') {
    case 'PasswordException': {
      const code = (password ?? '') === '' ? 'encrypted' : 'wrong_password'
      return new DocumentFailure(code, undefined, { cause: error })
    }
    case 'InvalidPDFException':
    case 'UnknownErrorException':
      return new DocumentFailure('damaged', undefined, { cause: error })
    default:
      return error
  }
}
