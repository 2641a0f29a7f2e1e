import { headingLevel, headingNamed } from '../word/headings.ts'
import type { ListPlace } from '../word/numbering.ts'
import { isOn, readXml } from '../zip/xml.ts'

/** The properties that a style gives to its paragraphs or runs. */
export type ParagraphStyle = {
  readonly id: string
  /** The heading's level from 1 to 6, or undefined for no heading. */
  readonly heading: number | undefined
  readonly place: ListPlace | undefined
  /** True: the style hides text. Undefined: the style does not say. */
  readonly hidden: boolean | undefined
}

type Given = {
  readonly id: string
  name: string
  base: string | undefined
  outline: number | undefined
  list: string | undefined
  depth: number | undefined
  hidden: boolean | undefined
}

/** The most styles in a chain of styles that are based on one another. The limit also ends a circle. */
const MAX_CHAIN = 20

export function readStyles(xml: string): ReadonlyMap<string, ParagraphStyle> {
  const given = readGiven(xml)
  return new Map([...given.values()].map((style) => [style.id, resolve(style, given)]))
}

function readGiven(xml: string): Map<string, Given> {
  const styles = new Map<string, Given>()
  let style: Given | undefined
  readXml(xml, {
    open: (name, attribute) => {
      if (name === 'style') style = begin(attribute('styleId'), attribute('type'))
      else if (style) take(style, name, attribute('val'))
    },
    close: (name) => {
      if (name === 'style' && style) styles.set(style.id, style)
      if (name === 'style') style = undefined
    },
  })
  return styles
}

function begin(id: string | undefined, type: string | undefined): Given | undefined {
  if (id === undefined || (type ?? 'paragraph') === 'table') return undefined
  return {
    id,
    name: '',
    base: undefined,
    outline: undefined,
    list: undefined,
    depth: undefined,
    hidden: undefined,
  }
}

function take(style: Given, name: string, value: string | undefined): void {
  switch (name) {
    case 'name':
      style.name = value?.toLowerCase() ?? ''
      return
    case 'basedOn':
      style.base = value
      return
    case 'outlineLvl':
      style.outline = Number(value)
      return
    case 'numId':
      style.list = value
      return
    case 'ilvl':
      style.depth = Number(value)
      return
    case 'vanish':
      style.hidden = isOn(value)
      return
    default:
      return
  }
}

function resolve(style: Given, all: ReadonlyMap<string, Given>): ParagraphStyle {
  const chain = chainOf(style, all)
  const list = chain.find((one) => one.list !== undefined)?.list
  const depth = chain.find((one) => one.depth !== undefined)?.depth
  return {
    id: style.id,
    heading: headingOf(chain),
    place: list === undefined ? undefined : { list, depth },
    hidden: chain.find((one) => one.hidden !== undefined)?.hidden,
  }
}

function chainOf(style: Given, all: ReadonlyMap<string, Given>): Given[] {
  const chain: Given[] = []
  for (
    let at: Given | undefined = style;
    at && chain.length < MAX_CHAIN;
    at = all.get(at.base ?? '')
  )
    chain.push(at)
  return chain
}

function headingOf(chain: readonly Given[]): number | undefined {
  for (const { name, outline } of chain) {
    const named = headingNamed(name)
    if (named !== undefined) return named
    if (outline !== undefined) return headingLevel(outline)
  }
  return undefined
}
