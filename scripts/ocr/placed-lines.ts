import type { PageShare, RecognisedPage } from '../../src/pipelines/documents/ocr/ocr.ts'

/** Corners in the pixels of a picture. */
type Corners = {
  readonly x0: number
  readonly y0: number
  readonly x1: number
  readonly y1: number
}

/** A line as Tesseract found it. */
type FoundLine = { readonly text: string; readonly bbox: Corners }

/** The pixels of a picture, and the angle by which Tesseract turned the picture clockwise around its middle. */
type Picture = { readonly width: number; readonly height: number; readonly radians: number }

/** Lists the lines of paragraphs, with an empty one between two paragraphs, and the place of each in the picture. */
export function placedLines(
  paragraphs: readonly (readonly FoundLine[])[],
  picture: Picture,
): Required<Pick<RecognisedPage, 'lines' | 'boxes'>> {
  const all = paragraphs.flatMap((lines, n): (FoundLine | 'between')[] =>
    n === 0 ? [...lines] : ['between', ...lines],
  )
  return {
    lines: all.map((line) => (line === 'between' ? '' : line.text.trim())),
    boxes: all.map((line) => (line === 'between' ? null : shareOf(line.bbox, picture))),
  }
}

function shareOf({ x0, y0, x1, y1 }: Corners, picture: Picture): PageShare {
  const { width, height } = picture
  const { x, y } = turnedBack({ x: (x0 + x1) / 2, y: (y0 + y1) / 2 }, picture)
  const [wide, high] = [(x1 - x0) / width, (y1 - y0) / height]
  return [within(x / width - wide / 2), within(y / height - high / 2), within(wide), within(high)]
}

type Point = { readonly x: number; readonly y: number }

/** Where a point of the turned picture was before. */
function turnedBack(point: Point, { width, height, radians }: Picture): Point {
  const [x, y] = [point.x - width / 2, point.y - height / 2]
  const [sine, cosine] = [Math.sin(radians), Math.cos(radians)]
  return { x: x * cosine + y * sine + width / 2, y: y * cosine - x * sine + height / 2 }
}

function within(share: number): number {
  return Math.min(1, Math.max(0, share))
}
