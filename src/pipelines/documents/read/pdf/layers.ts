import { getResolvedPDFJS } from 'unpdf'

import type { PdfItem } from './letters.ts'
import type { Pdf, PdfPage } from './pdf-js.ts'

/** What a PDF says of its layers. */
export type PdfLayers = Awaited<ReturnType<Pdf['getOptionalContentConfig']>>

/** Returns the layers of a PDF if one of them is off, as that of another language may be. */
export async function layersOf(pdf: Pdf): Promise<PdfLayers | undefined> {
  const layers = await pdf.getOptionalContentConfig()
  return [...layers].some(([, { visible }]) => !visible) ? layers : undefined
}

export type ShownItems = {
  readonly items: readonly PdfItem[]
  /** The parts of the page with words that are on layers that are off. */
  readonly hidden: number
}

/** Reads the letters of a page that are on no layer, or on one that is on. */
export async function shownItems(
  page: PdfPage,
  layers: PdfLayers | undefined,
): Promise<ShownItems> {
  const { items } = await page.getTextContent({ includeMarkedContent: layers !== undefined })
  const visible = layers === undefined ? [] : await visibleParts(page, layers)
  const parts = items.filter((item) => !('str' in item) && isLayer(item)).length
  // Where the two lists do not agree, nobody knows which words are on which layer.
  const isKnown = visible.length === parts
  const open: boolean[] = []
  const shown: PdfItem[] = []
  const hidden = new Set<number>()
  let part = 0
  for (const item of items) {
    if (!('str' in item)) {
      if (item.type === 'endMarkedContent') open.pop()
      else open.push(!isLayer(item) || !isKnown || (visible[part++] ?? true))
    } else if (open.includes(false)) {
      if (item.str.trim() !== '') hidden.add(part)
      shown.push({ ...item, str: '', width: 0 })
    } else shown.push(item)
  }
  return { items: shown, hidden: hidden.size }
}

/** The tag of a part that is on a layer. */
const LAYER = 'OC'

function isLayer(part: object): boolean {
  return 'tag' in part && part.tag === LAYER
}

/** Whether the parts of a page that are on layers are visible, in their order. */
async function visibleParts(page: PdfPage, layers: PdfLayers): Promise<readonly boolean[]> {
  const { OPS } = await getResolvedPDFJS()
  const drawn = await page.getOperatorList().catch(() => undefined)
  if (drawn === undefined) return []
  return drawn.fnArray.flatMap((step, at) => {
    const given: unknown = drawn.argsArray[at]
    const isPart =
      step === OPS.beginMarkedContentProps && Array.isArray(given) && given[0] === LAYER
    return isPart ? [layers.isVisible(given[1])] : []
  })
}
