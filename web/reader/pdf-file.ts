import {
  getDocument,
  GlobalWorkerOptions,
  type PDFPageProxy,
  version,
} from 'pdfjs-dist/legacy/build/pdf.mjs'

import type { PageBox } from '../../src/protocol/document.ts'

type PdfFile = Awaited<ReturnType<typeof getDocument>['promise']>

/** A PDF that was opened to show its pages. */
export type OpenPdf = { readonly file: PdfFile; readonly close: () => void }

/** Our own files, which `vite.config.ts` copies from pdf.js. */
const FILES = `/pdf/${version}`

GlobalWorkerOptions.workerSrc = `${FILES}/worker.mjs`

/**
 * Opens a PDF in a worker. Our Content-Security-Policy lets no WebAssembly run, so that pdf.js decodes the rarer kinds of
 * images in JavaScript.
 */
export async function openPdf(data: Uint8Array): Promise<OpenPdf> {
  const task = getDocument({
    data,
    cMapUrl: `${FILES}/cmaps/`,
    standardFontDataUrl: `${FILES}/fonts/`,
    wasmUrl: `${FILES}/images/`,
    useWasm: false,
    enableXfa: false,
    verbosity: 0,
  })
  try {
    return { file: await task.promise, close: () => void task.destroy() }
  } catch (error) {
    await task.destroy()
    throw error
  }
}

/** The size of a page in points, as a person sees it. */
export function sizeOf(page: PDFPageProxy): { width: number; height: number } {
  const { width, height } = page.getViewport({ scale: 1 })
  return { width, height }
}

/** A part of a shown page, in shares of its width and height. */
export type ShownBox = {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** Finds a box on the page as it is shown. The API counts from the upper left corner of the page before its rotation. */
export function shownBox(page: PDFPageProxy, box: PageBox): ShownBox {
  const [x1 = 0, , , y2 = 0] = page.view
  const viewport = page.getViewport({ scale: 1 })
  const [ax = 0, ay = 0] = viewport.convertToViewportPoint(x1 + box.x, y2 - box.y)
  const [bx = 0, by = 0] = viewport.convertToViewportPoint(
    x1 + box.x + box.width,
    y2 - box.y - box.height,
  )
  return {
    left: Math.min(ax, bx) / viewport.width,
    top: Math.min(ay, by) / viewport.height,
    width: Math.abs(bx - ax) / viewport.width,
    height: Math.abs(by - ay) / viewport.height,
  }
}

/** A canvas of more pixels than this is not shown by every phone. */
const MOST_PIXELS = 16_000_000

/** Draws a page onto a canvas of this width, for the pixels of the screen. Resolves when all is drawn. */
export function draw(
  page: PDFPageProxy,
  canvas: HTMLCanvasElement,
  width: number,
): { readonly done: Promise<void>; readonly cancel: () => void } {
  const size = sizeOf(page)
  const wanted = (width / size.width) * Math.max(1, devicePixelRatio)
  const scale = Math.min(wanted, Math.sqrt(MOST_PIXELS / (size.width * size.height)))
  const viewport = page.getViewport({ scale })
  canvas.width = Math.floor(viewport.width)
  canvas.height = Math.floor(viewport.height)
  const task = page.render({ canvas, viewport })
  return { done: task.promise, cancel: () => task.cancel() }
}
