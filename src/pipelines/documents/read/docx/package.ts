import { DocumentFailure } from '../../document-failure.ts'
import type { ExtractLimits } from '../extract-limits.ts'
import { readXml } from './xml.ts'
import { readDirectory, type ZipEntry } from './zip-directory.ts'
import { readPart } from './zip-part.ts'

/** The XML parts of a Word document that hold or format its text. */
export type DocxParts = {
  readonly document: string
  readonly styles: string
  readonly numbering: string
  readonly footnotes: string
  readonly endnotes: string
  readonly properties: string
}

/** Unpacks only the needed parts of a DOCX. A missing part is an empty text. */
export function readPackage(zip: Uint8Array, limits: ExtractLimits): DocxParts {
  const entries = readDirectory(zip, limits)
  const part = (path: string | undefined) => readOptional(zip, entries.get(path ?? ''), limits)
  const root = relations(part('_rels/.rels'), '')
  const main = root.get('officeDocument')
  const entry = entries.get(main ?? '')
  if (main === undefined || !entry) throw notWord(entries)
  const cut = main.lastIndexOf('/') + 1
  const folder = main.slice(0, cut)
  const own = relations(part(`${folder}_rels/${main.slice(cut)}.rels`), folder)
  const document = part(main)
  if (!/<(?:\w+:)?document[\s/>]/.test(document.slice(0, 65_536))) throw notWord(entries)
  return {
    document,
    styles: part(own.get('styles')),
    numbering: part(own.get('numbering')),
    footnotes: part(own.get('footnotes')),
    endnotes: part(own.get('endnotes')),
    properties: part(root.get('core-properties')),
  }
}

function readOptional(zip: Uint8Array, entry: ZipEntry | undefined, limits: ExtractLimits): string {
  if (!entry) return ''
  if (entry.protected) throw new DocumentFailure('not_a_docx')
  const xml = readPart(zip, entry, limits.part_bytes)
  if (DECLARATION.test(xml)) throw new DocumentFailure('entity_bomb')
  return xml
}

/** Matches a declaration. A Word document has none, and its text escapes each `<`. */
const DECLARATION = /<!(?:DOCTYPE|ENTITY)/i

/** Returns the paths of related parts by their role: the last segment of the relation's type. */
function relations(xml: string, folder: string): ReadonlyMap<string, string> {
  const paths = new Map<string, string>()
  readXml(xml, {
    open: (name, attribute) => {
      const target = attribute('Target')
      const type = attribute('Type')?.split('/').at(-1)
      if (name !== 'Relationship' || target === undefined || type === undefined) return
      if (attribute('TargetMode') !== 'External') paths.set(type, pathOf(target, folder))
    },
  })
  return paths
}

function pathOf(target: string, folder: string): string {
  const url = URL.parse(target, `zip://zip/${folder}`)
  return decodeURIComponent(url?.pathname.slice(1) ?? target)
}

const OTHERS: readonly (readonly [path: RegExp, what: string])[] = [
  [/^xl\//, 'an Excel workbook'],
  [/^ppt\//, 'a PowerPoint presentation'],
  [/^META-INF\/container\.xml$/, 'an e-book'],
  [/^content\.xml$/, 'an OpenDocument file'],
]

function notWord(entries: ReadonlyMap<string, ZipEntry>): DocumentFailure {
  const names = [...entries.keys()]
  const what = OTHERS.find(([path]) => names.some((name) => path.test(name)))?.[1]
  if (what === undefined) return new DocumentFailure('not_a_docx')
  return new DocumentFailure(
    'not_a_docx',
    `This is ${what}. Save it as PDF or DOCX and upload that.`,
  )
}
