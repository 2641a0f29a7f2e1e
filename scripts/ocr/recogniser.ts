import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { createWorker, OEM, type Worker } from 'tesseract.js'
import { createIsomorphicCanvasFactory, getDocumentProxy, renderPageAsImage } from 'unpdf'
import { z } from 'zod'

import type { PictureFile, RecognisedPage } from '../../src/pipelines/documents/ocr/ocr.ts'
import { openPicture, type Picture } from './picture.ts'
import { placedLines } from './placed-lines.ts'

/** In this order. With English first, Tesseract read `fiir` for `für`. */
const LANGUAGES = ['deu', 'eng', 'fra']
const canvas = () => import('@napi-rs/canvas')
const resolve = createRequire(import.meta.url).resolve

/** The resolution at which a page is drawn, and the most pixels of its longer side. */
const DPI = 200
const MOST_SIDE = 5_000
const POINTS_IN_INCH = 72

/**
 * Recognises German, English and French with Tesseract. Its data comes with npm. A page that cannot be drawn, or is too
 * large, has no lines.
 */
export class Recogniser {
  #worker: Promise<Worker> | undefined

  async *read({ bytes, media_type, pages }: PictureFile): AsyncGenerator<RecognisedPage> {
    if (media_type !== 'application/pdf') {
      for (const page of pages) yield this.#read(await openPicture(bytes, page), page)
      return
    }
    const CanvasFactory = await createIsomorphicCanvasFactory(canvas)
    const pdf = await getDocumentProxy(bytes, { CanvasFactory, verbosity: 0 })
    try {
      for (const page of pages) yield this.#read(await draw(pdf, page), page)
    } finally {
      await pdf.loadingTask.destroy()
    }
  }

  async end(): Promise<void> {
    await (await this.#worker)?.terminate()
  }

  async #read(picture: Picture | undefined, page: number): Promise<RecognisedPage> {
    return picture === undefined ? unreadable(page) : this.#recognise(picture, page)
  }

  /** After a failure Tesseract may be in any state, so that the next picture gets another one. */
  async #recognise({ bytes, size }: Picture, page: number): Promise<RecognisedPage> {
    const worker = await (this.#worker ??= openWorker())
    try {
      const { data } = await worker.recognize(bytes, { rotateAuto: true }, { blocks: true })
      const { confidence, blocks } = data
      const paragraphs = (blocks ?? []).flatMap((block) => block.paragraphs)
      const radians = Turned.parse(data).rotateRadians
      const found = paragraphs.map(({ lines }) => lines)
      return { page, confidence, ...placedLines(found, { ...size, radians }) }
    } catch {
      this.#worker = undefined
      await worker.terminate()
      return unreadable(page)
    }
  }
}

/** Tesseract's types lack the angle. */
const Turned = z.object({ rotateRadians: z.number() })

function unreadable(page: number): RecognisedPage {
  return { page, lines: [], confidence: 0 }
}

type Drawn = Awaited<ReturnType<typeof getDocumentProxy>>

/** Draws a page. Returns undefined if the page is damaged. */
async function draw(pdf: Drawn, page: number): Promise<Picture | undefined> {
  try {
    const { width, height } = (await pdf.getPage(page)).getViewport({ scale: 1 })
    const scale = Math.min(DPI / POINTS_IN_INCH, MOST_SIDE / Math.max(width, height))
    const bytes = await renderPageAsImage(pdf, page, { canvasImport: canvas, scale })
    return { bytes: Buffer.from(bytes), size: { width: width * scale, height: height * scale } }
  } catch (error) {
    console.error(`text recognition: page ${page} cannot be drawn: ${String(error)}`)
    return undefined
  }
}

/** Tesseract wants the data of all languages in one folder, and each comes in a package of its own. */
async function openWorker(): Promise<Worker> {
  const langPath = mkdtempSync(join(tmpdir(), 'runcast-ocr-'))
  try {
    for (const code of LANGUAGES) {
      const folder = dirname(resolve(`@tesseract.js-data/${code}/package.json`))
      const file = `${code}.traineddata.gz`
      symlinkSync(join(folder, '4.0.0_best_int', file), join(langPath, file))
    }
    const worker = await createWorker(LANGUAGES, OEM.LSTM_ONLY, {
      langPath,
      cacheMethod: 'none',
      // Without it, an error of a picture is thrown where nobody can catch it.
      errorHandler: () => undefined,
    })
    // Tesseract tells the terminal about each picture otherwise.
    await worker.setParameters({ debug_file: '/dev/null' })
    return worker
  } finally {
    rmSync(langPath, { recursive: true })
  }
}
