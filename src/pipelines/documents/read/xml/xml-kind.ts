import type { DocumentKind } from '../../../../protocol/document.ts'

/** The characters within which the first element begins. */
const HEAD = 4_000

const IS_XML = /^\s*<\?xml[\s?]/
const ELEMENT = /<(?:\w[\w.-]*:)?([a-z][\w.-]*)(?=[\s/>])/iy

/** The kind of a file of XML: that of Office's own files, or a page for any other. Undefined for no XML. */
export function xmlKind(text: string, extension: string): DocumentKind | undefined {
  const isXml = IS_XML.test(text) || (extension === 'xml' && /^\s*<[a-z!?]/i.test(text))
  if (!isXml) return undefined
  const head = text.slice(0, HEAD)
  return flatKind(head) ?? 'html'
}

/** The kind of a document of Office that is one file of XML, by what stands in its first characters. */
function flatKind(head: string): DocumentKind | undefined {
  if (/<pkg:package\s/.test(head)) return head.includes('"PowerPoint.Show"') ? 'pptx' : 'docx'
  if (/<(?:\w+:)?wordDocument\s/.test(head)) return 'docx'
  if (!/<office:document\s/.test(head)) return undefined
  if (head.includes('vnd.oasis.opendocument.spreadsheet')) return 'ods'
  return head.includes('vnd.oasis.opendocument.presentation') ? 'odp' : 'odt'
}

/** Whether a page is XML of another kind than XHTML. */
export function isOtherXml(text: string): boolean {
  if (!/^\s*<(?:\?xml[\s?]|!--|!DOCTYPE|[\w.-]+[:\s>])/i.test(text)) return false
  const root = firstElement(text.slice(0, HEAD * 5))
  return root !== undefined && IS_XML.test(text) && !/^(?:html|svg)$/.test(root)
}

/** The name of the first element, after declarations and comments. */
function firstElement(text: string): string | undefined {
  for (let at = text.indexOf('<'); at !== -1; at = text.indexOf('<', at + 1)) {
    const end = text.startsWith('<!--', at) ? '-->' : text.startsWith('<?', at) ? '?>' : ''
    at = text.indexOf(end, at)
    if (at === -1) return undefined
    ELEMENT.lastIndex = at
    const name = ELEMENT.exec(text)?.[1]
    if (name !== undefined) return name.toLowerCase()
  }
  return undefined
}
