import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { createWorker, OEM, type Worker } from 'tesseract.js'
import { createIsomorphicCanvasFactory, getDocumentProxy, renderPageAsImage } from 'unpdf'

import type { PictureFile, RecognisedPage } from '../../src/pipelines/documents/ocr/ocr.ts'

/** In this order. With English first, Tesseract read `fiir` for `für`. */
const LANGUAGES = ['deu', 'eng', 'fra']
const canvas = () => import('@napi-rs/canvas')
const resolve = createRequire(import.meta.url).resolve

/** The resolution at which a page is drawn, and the most pixels of its longer side. */
const DPI = 200
const MOST_PIXELS = 5_000
const POINTS_IN_INCH = 72

/** Recognises German, English and French with Tesseract. Its data comes with npm. */
export class Recogniser {
  #worker: Promise<Worker> | undefined

  async *read({ bytes, media_type, pages }: PictureFile): AsyncGenerator<RecognisedPage> {
    if (media_type !== 'application/pdf') {
      yield await this.#recognise(Buffer.from(bytes), 1)
      return
    }
    const CanvasFactory = await createIsomorphicCanvasFactory(canvas)
    const pdf = await getDocumentProxy(bytes, { CanvasFactory, verbosity: 0 })
    try {
      for (const page of pages) {
        const { width, height } = (await pdf.getPage(page)).getViewport({ scale: 1 })
        const scale = Math.min(DPI / POINTS_IN_INCH, MOST_PIXELS / Math.max(width, height))
        const picture = await renderPageAsImage(pdf, page, { canvasImport: canvas, scale })
        yield await this.#recognise(Buffer.from(picture), page)
      }
    } finally {
      await pdf.loadingTask.destroy()
    }
  }

  async end(): Promise<void> {
    await (await this.#worker)?.terminate()
  }

  async #recognise(picture: Buffer, page: number): Promise<RecognisedPage> {
    const worker = await (this.#worker ??= openWorker())
    const { data } = await worker.recognize(picture, { rotateAuto: true })
    return { page, lines: data.text.trim().split('\n'), confidence: data.confidence }
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
    const worker = await createWorker(LANGUAGES, OEM.LSTM_ONLY, { langPath, cacheMethod: 'none' })
    // Tesseract tells the terminal about each picture otherwise.
    await worker.setParameters({ debug_file: '/dev/null' })
    return worker
  } finally {
    rmSync(langPath, { recursive: true })
  }
}
