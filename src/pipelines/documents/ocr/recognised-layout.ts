import type { PageLayout } from '../page-layout.ts'
import type { PageShare, RecognisedPage } from './ocr.ts'

/** The size of a page in points before it is turned for a reader, and by how many degrees it is turned clockwise. */
export type TurnedPage = {
  readonly width: number
  readonly height: number
  readonly turned: number
}

/** Answers where the lines of a recognised page stand. Its `boxes` are shares of the page as a person sees it. */
export function recognisedLayout(
  { page, lines, boxes = [] }: RecognisedPage,
  { width, height, turned }: TurnedPage,
): PageLayout {
  const placed = lines.flatMap((text, at) => {
    const box = boxes[at]
    if (box === undefined || box === null) return []
    const [x, y, wide, high] = turnedBack(box, turned)
    return [{ text, x: x * width, y: y * height, width: wide * width, height: high * height }]
  })
  return { page, width, height, lines: placed }
}

/** The same part of the page before the page was turned. */
export function turnedBack([x, y, width, height]: PageShare, turned: number): PageShare {
  switch (((turned % 360) + 360) % 360) {
    case 90:
      return [y, 1 - x - width, height, width]
    case 180:
      return [1 - x - width, 1 - y - height, width, height]
    case 270:
      return [1 - y - height, x, height, width]
    default:
      return [x, y, width, height]
  }
}
