import { readTags } from '../../../html/tags.ts'

type XmlAttributes = ReadonlyMap<string, string>

export type XmlAttribute = (name: string) => string | undefined

export type XmlHandler = {
  readonly open?: (name: string, attribute: XmlAttribute) => void
  readonly text?: (text: string) => void
  readonly close?: (name: string) => void
}

/**
 * Reads a part of a DOCX. Passes names without prefixes, as other writers use other prefixes for the same
 * namespaces. Builds no tree, so nesting costs nothing.
 */
export function readXml(xml: string, handler: XmlHandler): void {
  readTags(
    xml,
    {
      open: (name, attributes) => handler.open?.(localName(name), (key) => find(attributes, key)),
      text: (text) => handler.text?.(text),
      close: (name) => handler.close?.(localName(name)),
    },
    { xml: true },
  )
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1)
}

function find(attributes: XmlAttributes, local: string): string | undefined {
  for (const [name, value] of attributes) if (localName(name) === local) return value
  return undefined
}

/** Reads a switch: `<w:b/>` and `<w:b w:val="true"/>` are on; "0", "false", "off" and "none" are off. */
export function isOn(value: string | undefined): boolean {
  return value === undefined || !/^(?:0|false|off|none)$/i.test(value)
}
