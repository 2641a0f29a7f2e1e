import { TagStream } from '../../../html/tags.ts'
import { DocumentFailure } from '../../document-failure.ts'

type XmlAttributes = ReadonlyMap<string, string>

/** Finds an attribute by its local name. Two attributes may differ in their prefixes alone: `id` and `r:id`. */
export type XmlAttribute = (name: string, which?: 'prefixed') => string | undefined

export type XmlHandler = {
  readonly open?: (name: string, attribute: XmlAttribute) => void
  readonly text?: (text: string) => void
  readonly close?: (name: string) => void
}

/**
 * Reads an XML part of a document. Passes names without prefixes, as other writers use other prefixes for the same
 * namespaces. Builds no tree, so nesting costs nothing.
 */
export function readXml(xml: string, handler: XmlHandler): void {
  const stream = xmlStream(handler)
  stream.write(xml)
  stream.end()
}

/** Reads an XML part piece by piece. A declaration, which no part needs, is a failure. */
export function xmlStream(handler: XmlHandler): TagStream {
  return new TagStream(
    {
      open: (name, attributes) =>
        handler.open?.(localName(name), attributes.size === 0 ? NONE : finder(attributes)),
      text: (text) => handler.text?.(text),
      close: (name) => handler.close?.(localName(name)),
      declaration: (text) => {
        if (DECLARATION.test(text)) throw new DocumentFailure('entity_bomb')
      },
    },
    { xml: true },
  )
}

/** Most elements have no attributes. A reader that keeps elements keeps no empty map for each of them. */
const NONE: XmlAttribute = () => undefined

function finder(attributes: XmlAttributes): XmlAttribute {
  return (key, which) => find(attributes, key, which)
}

const DECLARATION = /^!?(?:DOCTYPE|ENTITY)/i

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1)
}

function find(attributes: XmlAttributes, local: string, which?: 'prefixed'): string | undefined {
  for (const [name, value] of attributes) {
    if (localName(name) === local && (which === undefined || name !== local)) return value
  }
  return undefined
}

/** Reads a switch: `<w:b/>` and `<w:b w:val="true"/>` are on; "0", "false", "off" and "none" are off. */
export function isOn(value: string | undefined): boolean {
  return value === undefined || !/^(?:0|false|off|none)$/i.test(value)
}
