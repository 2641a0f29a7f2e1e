import { readTags } from '../../../html/tags.ts'

type Attributes = ReadonlyMap<string, string>

export type XmlHandler = {
  readonly open?: (name: string, attribute: (name: string) => string | undefined) => void
  readonly text?: (text: string) => void
  readonly close?: (name: string) => void
}

/**
 * Reads a part of a DOCX. Names come without their prefixes, since Word's strict format and other
 * writers call the same namespaces differently. There is no tree: nesting costs nothing.
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

function find(attributes: Attributes, local: string): string | undefined {
  for (const [name, value] of attributes) if (localName(name) === local) return value
  return undefined
}

/** `<w:b/>` and `<w:b w:val="true"/>` say yes; "0", "false" and "off" say no. */
export function isOn(value: string | undefined): boolean {
  return value === undefined || !/^(?:0|false|off|none)$/i.test(value)
}
