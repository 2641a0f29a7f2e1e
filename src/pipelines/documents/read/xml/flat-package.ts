import { strToU8, zipSync } from 'fflate'

import { readTags, type TagPlace } from '../../../html/tags.ts'
import { decodeHtml } from '../decode-text.ts'

/**
 * Makes a package of a document of Office that is one file of XML: each reader takes a package apart. Returns undefined
 * for a file without parts.
 */
export async function packageOfXml(bytes: Uint8Array): Promise<Uint8Array | undefined> {
  const xml = await decodeHtml(bytes)
  const files = /<pkg:package[\s>]/.test(xml)
    ? packedParts(xml)
    : /<office:document[\s>]/.test(xml)
      ? openDocument(xml)
      : wordDocument(xml)
  if (Object.keys(files).length === 0) return undefined
  return zipSync(files, { level: 0 })
}

type Files = Record<string, Uint8Array>

function openDocument(xml: string): Files {
  const type = /office:mimetype\s*=\s*"([^"]*)"/.exec(xml)?.[1] ?? ''
  const text = strToU8(declared(xml))
  return { mimetype: strToU8(type), 'content.xml': text, 'styles.xml': text, 'meta.xml': text }
}

const RELATION = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'

function relation(type: string, target: string): string {
  return `<Relationship Id="${type}" Type="${RELATION}/${type}" Target="${target}"/>`
}

/** The XML of Word 2003 has the elements of a DOCX in one file, without its numbers of lists. */
function wordDocument(xml: string): Files {
  const document = declared(xml).replaceAll(/<(\/?)(\w+:)?wordDocument(?=[\s>])/g, '<$1$2document')
  return {
    '_rels/.rels': strToU8(
      `<Relationships>${relation('officeDocument', 'word/document.xml')}</Relationships>`,
    ),
    'word/_rels/document.xml.rels': strToU8(
      `<Relationships>${relation('styles', 'document.xml')}</Relationships>`,
    ),
    'word/document.xml': strToU8(document),
  }
}

/** The file is decoded, so its own words about its encoding are wrong from now on. */
function declared(xml: string): string {
  return xml.replace(/^\ufeff?\s*<\?xml[^>]*\?>/, '<?xml version="1.0" encoding="UTF-8"?>')
}

/** Takes the parts out of a package that was saved as XML: each holds XML, or bytes in base64. */
function packedParts(xml: string): Files {
  const files: Files = {}
  let name = ''
  let from = 0
  let base64: string | undefined
  readTags(
    xml,
    {
      open: (tag, attributes, { end }) => {
        if (tag === 'pkg:part') name = (attributes.get('pkg:name') ?? '').replace(/^\//, '')
        else if (tag === 'pkg:xmlData') from = end
        else if (tag === 'pkg:binaryData') base64 = ''
      },
      text: (text) => {
        if (base64 !== undefined) base64 += text
      },
      close: (tag, { start }: TagPlace) => {
        if (tag === 'pkg:xmlData' && name !== '') files[name] = strToU8(xml.slice(from, start))
        else if (tag === 'pkg:binaryData') {
          if (name !== '') files[name] = bytesOf(base64 ?? '')
          base64 = undefined
        }
      },
    },
    { xml: true },
  )
  return files
}

function bytesOf(base64: string): Uint8Array {
  try {
    return Uint8Array.from(atob(base64.replaceAll(/\s+/g, '')), (char) => char.charCodeAt(0))
  } catch {
    return new Uint8Array(0)
  }
}
