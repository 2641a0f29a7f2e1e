import type { DocumentKind } from '../../../../protocol/document.ts'

/** A document of Office as one file of XML, by what stands in its first characters. */
const FLAT: readonly (readonly [begin: RegExp, kind: DocumentKind])[] = [
  [/progid="PowerPoint\.Show"[\s\S]{0,500}<pkg:package\s/, 'pptx'],
  [/<pkg:package\s/, 'docx'],
  [/<(?:\w+:)?wordDocument\s/, 'docx'],
  [/<office:document\s[^>]*application\/vnd\.oasis\.opendocument\.spreadsheet/, 'ods'],
  [/<office:document\s[^>]*application\/vnd\.oasis\.opendocument\.presentation/, 'odp'],
  [/<office:document\s/, 'odt'],
]

/** The characters within which the first element begins. */
const HEAD = 4_000

const IS_XML = /^\s*<\?xml[\s?]/
/** The first element, after declarations and comments. */
const ROOT = /<(?:\w[\w.-]*:)?([a-z][\w.-]*)(?=[\s/>])/i

/** The kind of a file of XML: that of Office's own files, or a page for any other. Undefined for no XML. */
export function xmlKind(text: string, extension: string): DocumentKind | undefined {
  const isXml = IS_XML.test(text) || (extension === 'xml' && /^\s*<[a-z!?]/i.test(text))
  if (!isXml) return undefined
  const head = text.slice(0, HEAD)
  return FLAT.find(([begin]) => begin.test(head))?.[1] ?? 'html'
}

/** Whether a page is XML of another kind than XHTML. */
export function isOtherXml(text: string): boolean {
  if (!/^\s*<(?:\?xml[\s?]|!--|!DOCTYPE|[\w.-]+[:\s>])/i.test(text)) return false
  const bare = text.slice(0, HEAD * 5).replaceAll(/<!--[\s\S]*?-->|<\?[\s\S]*?\?>/g, '')
  const root = ROOT.exec(bare)?.[1]?.toLowerCase()
  return root !== undefined && IS_XML.test(text) && !/^(?:html|svg)$/.test(root)
}
