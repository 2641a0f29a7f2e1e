import { Parser } from 'htmlparser2'

import { isModest } from '../../html/shape.ts'
import type { Node } from './value.ts'

type MarkupAttributes = Readonly<Record<string, string>>

/** An element that is a thing, holds the value of a property, or both. */
type OpenElement = {
  readonly depth: number
  readonly start: number
  /** The thing that this element is, or undefined for a plain value. */
  readonly thing: Record<string, unknown[]> | undefined
  readonly properties: readonly string[]
  readonly attribute: string | undefined
  text: string
}

/** The parts of an advert that a page shows in this order. Their HTML counts, and not only their text. */
export const SECTIONS = [
  'description',
  'responsibilities',
  'educationRequirements',
  'experienceRequirements',
  'skills',
  'qualifications',
  'jobBenefits',
  'incentiveCompensation',
] as const
const RICH: ReadonlySet<string> = new Set(SECTIONS)

/**
 * Returns the things that a page marks by microdata (`itemscope`, `itemprop`) or by RDFa (`typeof`, `property`), in the
 * form of JSON-LD. Reads no page that is too large or too deeply nested.
 */
export function markedUpOf(html: string, url: string): readonly Node[] {
  if (!/\sitem(?:type|scope)|\stypeof/i.test(html) || !isModest(html)) return []
  const reader = new MarkupReader(html, url)
  const parser: Parser = new Parser(
    {
      onopentag: (name, attributes) => reader.open(name, attributes, parser.endIndex + 1),
      ontext: (text) => reader.text(text),
      onclosetag: () => reader.close(parser.startIndex),
    },
    { lowerCaseTags: true, lowerCaseAttributeNames: true },
  )
  parser.end(html)
  return reader.things
}

class MarkupReader {
  readonly things: Node[] = []
  readonly #html: string
  readonly #url: string
  readonly #open: OpenElement[] = []
  #depth = 0

  constructor(html: string, url: string) {
    this.#html = html
    this.#url = url
  }

  open(name: string, attributes: MarkupAttributes, start: number): void {
    this.#depth++
    const properties = propertiesOf(attributes)
    const thing = thingOf(attributes)
    const isValue = properties.length > 0 && this.#thing() !== undefined
    if (!isValue && !thing) return
    if (!isValue && thing) this.things.push(thing)
    const attribute = thing ? undefined : this.#valueOf(name, attributes)
    const depth = this.#depth
    this.#open.push({ depth, start, thing, properties, attribute, text: '' })
  }

  text(text: string): void {
    for (const open of this.#open) if (!open.thing) open.text += text
  }

  close(end: number): void {
    const open = this.#open.at(-1)
    if (open?.depth === this.#depth) {
      this.#open.pop()
      this.#add(open, end)
    }
    this.#depth--
  }

  /** The innermost thing that is open. */
  #thing(): Record<string, unknown[]> | undefined {
    return this.#open.findLast(({ thing }) => thing !== undefined)?.thing
  }

  #add(open: OpenElement, end: number): void {
    const owner = this.#thing()
    if (!owner) return
    for (const property of open.properties) {
      const rich = RICH.has(property)
        ? this.#html.slice(open.start, Math.max(open.start, end))
        : open.text
      const value = open.thing ?? open.attribute ?? rich.trim()
      ;(owner[property] ??= []).push(value)
    }
  }

  /** The value that an element's attributes give. Undefined if its content is the value. */
  #valueOf(name: string, attributes: MarkupAttributes): string | undefined {
    if (attributes['content'] !== undefined) return attributes['content']
    if (name === 'time') return attributes['datetime']
    if (name === 'data' || name === 'meter') return attributes['value']
    const address = attributes['href'] ?? attributes['src'] ?? attributes['resource']
    if (address === undefined) return undefined
    return URL.parse(address, this.#url)?.href ?? address
  }
}

/** The last parts of names, which may be addresses of a vocabulary or have its prefix. */
function namesOf(attribute: string | undefined): string[] {
  return (attribute ?? '').split(/\s+/).flatMap((name) => name.split(/[/#:]/).at(-1) || [])
}

function propertiesOf(attributes: MarkupAttributes): string[] {
  return namesOf(attributes['itemprop'] ?? attributes['property'] ?? attributes['rel'])
}

/** The thing that an element is, if it begins one. */
function thingOf(attributes: MarkupAttributes): Record<string, unknown[]> | undefined {
  const types = namesOf(attributes['itemtype'] ?? attributes['typeof'])
  if (attributes['itemscope'] === undefined && types.length === 0) return undefined
  const id = attributes['itemid']
  return { '@type': types, ...(id === undefined ? {} : { '@id': [id] }) }
}
