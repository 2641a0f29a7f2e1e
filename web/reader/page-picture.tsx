import type { PDFPageProxy } from 'pdfjs-dist/legacy/build/pdf.mjs'
import { useEffect, useRef, useState } from 'react'

import type { PageBox } from '../../src/protocol/document.ts'
import { draw, shownBox, sizeOf } from './pdf-file.ts'

type PagePictureProps = {
  page: PDFPageProxy
  /** 1 shows the whole width of the page. */
  zoom: number
  boxes: readonly PageBox[]
}

/** A page of a PDF as it is printed, with the boxes of a passage. */
export function PagePicture({ page, zoom, boxes }: PagePictureProps) {
  const frame = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const width = useWidth(frame)
  const [drawn, setDrawn] = useState(false)
  const { width: points, height } = sizeOf(page)
  const shown = Math.round(width * zoom)
  useEffect(() => {
    if (canvas.current === null || shown === 0) return undefined
    const drawing = draw(page, canvas.current, shown)
    setDrawn(false)
    drawing.done.then(
      () => setDrawn(true),
      // A drawing that another one replaced ends with an error.
      () => undefined,
    )
    return drawing.cancel
  }, [page, shown])
  return (
    <section
      ref={frame}
      // The frame scrolls when the page is wider, also by the keyboard.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a person scrolls it by the keyboard
      tabIndex={0}
      aria-label={`Picture of page ${page.pageNumber}`}
      className="max-h-[85vh] min-h-40 overflow-auto rounded-xl border border-line bg-sunken"
    >
      <div
        className="relative mx-auto"
        data-testid="page"
        data-drawn={drawn || undefined}
        style={{ width: `${shown}px`, aspectRatio: `${points} / ${height}` }}
      >
        <canvas ref={canvas} className="block size-full bg-white" aria-hidden />
        <Boxes key={`${page.pageNumber} ${boxes[0]?.y}`} page={page} boxes={boxes} />
      </div>
    </section>
  )
}

/** Marks the lines of a passage, and shows the first one. */
function Boxes({ page, boxes }: Pick<PagePictureProps, 'page' | 'boxes'>) {
  const first = useRef<HTMLDivElement>(null)
  useEffect(() => {
    // Some browsers return a promise, which would be taken for the effect's end.
    first.current?.scrollIntoView({ block: 'center' })
  }, [])
  return boxes.map((box, n) => {
    const { left, top, width, height } = shownBox(page, box)
    const style = {
      left: `${left * 100}%`,
      top: `${top * 100}%`,
      width: `${width * 100}%`,
      height: `${height * 100}%`,
    }
    return (
      <div
        key={`${box.x} ${box.y}`}
        ref={n === 0 ? first : null}
        data-testid="box"
        aria-hidden
        className="absolute rounded-xs bg-[#ffd84d] mix-blend-multiply"
        style={style}
      />
    )
  })
}

/** The inner width of an element, which follows the window. */
function useWidth(element: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0)
  useEffect(() => {
    const { current } = element
    if (current === null) return undefined
    const observer = new ResizeObserver(() => setWidth(current.clientWidth))
    observer.observe(current)
    return () => observer.disconnect()
  }, [element])
  return width
}
