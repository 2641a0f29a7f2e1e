import { DocumentFailure } from '../../document-failure.ts'
import type { ExtractLimits } from '../extract-limits.ts'
import { readXml } from './xml.ts'
import { readDirectory, type ZipEntry } from './zip-directory.ts'
import { readBytes, readPart } from './zip-part.ts'

/** The XML parts of a Word document that hold or format its text. */
export type DocxParts = {
  readonly document: string
  readonly styles: string
  readonly numbering: string
  readonly footnotes: string
  readonly endnotes: string
  readonly properties: string
  readonly comments: string
  /** The headers and footers that the document's sections show, each once. */
  readonly headers: readonly string[]
  readonly footers: readonly string[]
  /** Files in other formats whose text stands at a place of the document, by the ids that the document uses. */
  readonly imported: ReadonlyMap<string, ImportedFile>
  /** The XML of charts and diagrams, by the ids that the document uses. */
  readonly drawings: ReadonlyMap<string, string>
}

export type ImportedFile = { readonly name: string; readonly bytes: Uint8Array }

/** Unpacks only the needed parts of a DOCX. A missing part is an empty text. */
export function readPackage(zip: Uint8Array, limits: ExtractLimits): DocxParts {
  const entries = readDirectory(zip, limits)
  const part = (path: string | undefined) => readOptional(zip, entries.get(path ?? ''), limits)
  const root = relations(part('_rels/.rels'), '')
  const main = pathOfType(root, 'officeDocument')
  const entry = entries.get(main ?? '')
  if (main === undefined || !entry) throw notWord(entries)
  const cut = main.lastIndexOf('/') + 1
  const folder = main.slice(0, cut)
  const own = relations(part(`${folder}_rels/${main.slice(cut)}.rels`), folder)
  const ofType = (type: string) => part(pathOfType(own, type))
  const document = part(main)
  if (!/<(?:\w+:)?document[\s/>]/.test(document.slice(0, 65_536))) throw notWord(entries)
  return {
    document,
    styles: ofType('styles'),
    numbering: ofType('numbering'),
    footnotes: ofType('footnotes'),
    endnotes: ofType('endnotes'),
    comments: ofType('comments'),
    properties: part(pathOfType(root, 'core-properties')),
    ...furniture(document, own, { part, settings: ofType('settings') }),
    imported: importedFiles(zip, { own, entries }, limits),
    drawings: drawingParts(own, part),
  }
}

type Part = (path: string | undefined) => string

/** Finds the headers and footers that are shown: those of first and even pages only where the document has such. */
function furniture(
  document: string,
  own: readonly Relation[],
  { part, settings }: { readonly part: Part; readonly settings: string },
): Pick<DocxParts, 'headers' | 'footers'> {
  const shown = new Set(['default'])
  if (TITLE_PAGE.test(document)) shown.add('first')
  if (/evenAndOddHeaders/.test(settings)) shown.add('even')
  const paths = { header: new Set<string>(), footer: new Set<string>() }
  for (const [tag, kind] of document.matchAll(REFERENCE)) {
    const id = /\sr?:?\w*:?id\s*=\s*"([^"]*)"/.exec(tag)?.[1]
    const type = /\s\w*:?type\s*=\s*"([^"]*)"/.exec(tag)?.[1] ?? 'default'
    const path = own.find((relation) => relation.id === id)?.path
    if (path !== undefined && shown.has(type))
      paths[kind === 'header' ? 'header' : 'footer'].add(path)
  }
  return { headers: [...paths.header].map(part), footers: [...paths.footer].map(part) }
}

const TITLE_PAGE = /<(?:\w{1,9}:)?titlePg\b/
const REFERENCE = /<(?:\w{1,9}:)?(header|footer)Reference\b[^<>]*/g

type Located = {
  readonly own: readonly Relation[]
  readonly entries: ReadonlyMap<string, ZipEntry>
}

function importedFiles(
  zip: Uint8Array,
  { own, entries }: Located,
  limits: ExtractLimits,
): ReadonlyMap<string, ImportedFile> {
  const files = new Map<string, ImportedFile>()
  for (const { id, type, path } of own) {
    const entry = entries.get(path)
    if (type !== 'aFChunk' || !entry) continue
    if (entry.protected) throw new DocumentFailure('not_a_docx')
    files.set(id, { name: path, bytes: readBytes(zip, entry, limits.part_bytes) })
  }
  return files
}

const DRAWINGS = new Set(['chart', 'diagramData'])

function drawingParts(own: readonly Relation[], part: Part): ReadonlyMap<string, string> {
  const drawn = own.filter(({ type }) => DRAWINGS.has(type))
  return new Map(drawn.map(({ id, path }) => [id, part(path)]))
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

/** A part that another one names. `type` is the last segment of the relation's type. */
type Relation = { readonly id: string; readonly type: string; readonly path: string }

function relations(xml: string, folder: string): readonly Relation[] {
  const found: Relation[] = []
  readXml(xml, {
    open: (name, attribute) => {
      const target = attribute('Target')
      const type = attribute('Type')?.split('/').at(-1)
      if (name !== 'Relationship' || target === undefined || type === undefined) return
      if (attribute('TargetMode') === 'External') return
      found.push({ id: attribute('Id') ?? '', type, path: pathOf(target, folder) })
    },
  })
  return found
}

function pathOfType(among: readonly Relation[], type: string): string | undefined {
  return among.findLast((relation) => relation.type === type)?.path
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
