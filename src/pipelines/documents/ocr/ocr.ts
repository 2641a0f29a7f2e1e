import type { PictureKind } from '../../../protocol/document.ts'

/** A file whose pages are pictures. Of the pictures alone, only a TIFF has more than one page. */
export type PictureFile = {
  readonly bytes: Uint8Array
  readonly media_type: 'application/pdf' | `image/${PictureKind}`
  readonly pages: readonly number[]
}

/** A part of a page: its upper left corner, its width and its height, as shares of the page's width and height. */
export type PageShare = readonly [x: number, y: number, width: number, height: number]

/** The lines of a page, with an empty one between two paragraphs. `confidence` is from 0 to 100. */
export type RecognisedPage = {
  readonly page: number
  readonly lines: readonly string[]
  readonly confidence: number
  /** Where each line stands, and null for an empty line. Absent if the text recognition does not say so. */
  readonly boxes?: readonly (PageShare | null)[]
}

/** Recognises the text of pictures. Yields each page when it is read, and throws OcrUnavailable if it cannot go on. */
export type Ocr = (file: PictureFile, signal: AbortSignal) => AsyncIterable<RecognisedPage>

/** The text recognition does not answer, or not as agreed. Another time it may. */
export class OcrUnavailable extends Error {
  constructor(options?: ErrorOptions) {
    super('The text recognition could not be reached.', options)
    this.name = 'OcrUnavailable'
  }
}

/** The most pages of one document that are recognised, and the most time for them. A job has ten minutes. */
export const OCR_LIMITS = { pages: 100, ms: 480_000 }

/** Pages below this confidence are named in a notice. */
export const SURE = 75

/**
 * Recognises pages of a file, as many as fit into the limits. What cannot be recognised is missing in the answer,
 * unless nothing could be: then it throws OcrUnavailable.
 */
export async function recognise(
  ocr: Ocr,
  { pages, ...file }: PictureFile,
  { signal, say }: { readonly signal: AbortSignal; readonly say: (done: number) => void },
): Promise<ReadonlyMap<number, RecognisedPage>> {
  const found = new Map<number, RecognisedPage>()
  const asked = pages.slice(0, OCR_LIMITS.pages)
  const late = AbortSignal.any([signal, AbortSignal.timeout(OCR_LIMITS.ms)])
  say(0)
  try {
    for await (const read of ocr({ ...file, pages: asked }, late)) {
      if (asked.includes(read.page)) found.set(read.page, read)
      say(found.size / asked.length)
    }
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof OcrUnavailable) || found.size === 0) throw error
  }
  return found
}
