import { getResolvedPDFJS } from 'unpdf'

import type { PdfPage } from './pdf-js.ts'

/** A picture with this share of its page may be a scan, with a stamp or a number beside it. */
const SHARE = 0.3

/**
 * Whether a page has a picture that may be a scan. The PDF was opened without its pictures, because nothing is drawn: pdf.js
 * leaves the place of a picture empty.
 */
export async function hasLargePicture(page: PdfPage): Promise<boolean> {
  const { OPS } = await getResolvedPDFJS()
  const drawn = await page.getOperatorList().catch(() => undefined)
  // The text of the page was read. A page that cannot be drawn has no picture that could be recognised.
  if (drawn === undefined) return false
  const { fnArray, argsArray } = drawn
  const [left = 0, low = 0, right = 0, high = 0] = page.view
  const least = Math.abs((right - left) * (high - low)) * SHARE
  const scales = [1]
  const isEmptyPlace = (at: number) =>
    fnArray[at] === OPS.transform && fnArray[at + 1] === OPS.restore
  const begin = () => void scales.push(scales.at(-1) ?? 1)
  const end = () => void scales.pop()
  const enlarge = (matrix: unknown) => void scales.push((scales.pop() ?? 1) * areaOf(matrix))
  const steps = new Map<number | undefined, (given: unknown[]) => void>([
    [OPS.save, begin],
    [OPS.restore, end],
    [OPS.transform, enlarge],
    [OPS.paintFormXObjectEnd, end],
    [OPS.paintFormXObjectBegin, ([matrix]) => (begin(), enlarge(matrix))],
  ])
  return fnArray.some((step, at) => {
    const given: unknown = argsArray[at]
    steps.get(step)?.(Array.isArray(given) ? given : [])
    return isEmptyPlace(at) && (scales.at(-1) ?? 1) >= least
  })
}

/** By how much a matrix enlarges an area. */
function areaOf(matrix: unknown): number {
  const given = Array.isArray(matrix) || matrix instanceof Float32Array ? [...matrix] : []
  const [a = 1, b = 0, c = 0, d = 1] = given.map(Number)
  return Math.abs(a * d - b * c)
}
