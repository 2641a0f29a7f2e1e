import { getResolvedPDFJS } from 'unpdf'

import { nextTurn } from '../../../../pause.ts'
import { DocumentFailure } from '../../document-failure.ts'
import type { Extracted } from '../../text/extracted.ts'
import { TextBuilder } from '../../text/text-builder.ts'
import type { ExtractLimits } from '../extract-limits.ts'
import type { DocumentSource, ExtractPorts } from '../extract-ports.ts'
import { filledIn } from './fields.ts'
import { checkPdf } from './guard.ts'
import { bodySize, headingLevels } from './headings.ts'
import { joinDivided } from './hyphens.ts'
import { linesOf, type PdfLine } from './lines.ts'

type PdfJs = Awaited<ReturnType<typeof getResolvedPDFJS>>
type PdfTask = ReturnType<PdfJs['getDocument']>
type Pdf = Awaited<PdfTask['promise']>

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

/** Opens a PDF without font faces, as nothing is drawn, and without the library's warnings, as nobody reads them. */
async function open({ bytes, password }: DocumentSource): Promise<PdfTask> {
  const { getDocument } = await getResolvedPDFJS()
  return getDocument({
    data: bytes,
    verbosity: 0,
    disableFontFace: true,
    useSystemFonts: true,
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
  const pages = await readPages(pdf, ports, limits)
  const { info } = await pdf.getMetadata()
  return build(pages, titleIn(info))
}

async function readPages(
  pdf: Pdf,
  ports: ExtractPorts,
  limits: ExtractLimits,
): Promise<PdfLine[][]> {
  const pages: PdfLine[][] = []
  let chars = 0
  for (let page = 1; page <= pdf.numPages; page++) {
    ports.say(((page - 1) / pdf.numPages) * 100, `Page ${page} of ${pdf.numPages}`)
    if (page % turnEvery(pdf.numPages) === 0) await nextTurn(ports.signal)
    const lines = await unlessAborted(readPage(pdf, page), ports.signal)
    chars += lines.reduce((sum, { text }) => sum + text.length, 0)
    if (chars > limits.chars) throw new DocumentFailure('too_large')
    pages.push(lines)
  }
  // getFieldObjects also loads pages, and a damaged page makes an unhandled rejection. So this call comes after
  // all pages were read.
  const filled = filledIn(await pdf.getFieldObjects())
  return pages.map((lines, at) => [...lines, ...(filled.get(at) ?? [])])
}

/** Returns how many pages to read before other tasks get a turn: a hundredth of a long document. */
function turnEvery(pages: number): number {
  return Math.max(1, Math.floor(pages / 100))
}

async function readPage(pdf: Pdf, number: number): Promise<PdfLine[]> {
  const page = await pdf.getPage(number)
  const { items } = await page.getTextContent()
  page.cleanup()
  return linesOf(items.filter((item) => 'str' in item))
}

function build(printed: readonly PdfLine[][], title: string): Extracted {
  const pages = joinDivided(printed)
  const builder = new TextBuilder()
  const levels = headingLevels(pages, bodySize(pages))
  for (const [at, lines] of pages.entries()) {
    builder.page(at + 1)
    let heading: number | undefined
    for (const { text, size, apart } of lines) {
      const level = levels(text, size)
      if (level !== heading || (apart && level === undefined)) {
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
  return builder.end(title)
}

function titleIn(info: object): string {
  return 'Title' in info && typeof info.Title === 'string' ? info.Title : ''
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
