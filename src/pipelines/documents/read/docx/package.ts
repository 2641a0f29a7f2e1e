import { DocumentFailure } from '../../document-failure.ts'
import { pathOfType, type Relation, relationsOf } from '../office/relations.ts'
import { isOn } from '../zip/xml.ts'
import type { ZipPackage } from '../zip/zip-package.ts'

/** The XML parts of a Word document that hold or format its text. */
export type DocxParts = {
  readonly document: string
  readonly styles: string
  readonly numbering: string
  readonly footnotes: DocxPart
  readonly endnotes: DocxPart
  readonly properties: string
  readonly comments: string
  /** The headers and footers that the document's sections show, each once. */
  readonly headers: readonly DocxPart[]
  readonly footers: readonly DocxPart[]
  /** Files in other formats whose text stands at a place of the document, by the ids that the document uses. */
  readonly imported: ReadonlyMap<string, ImportedFile>
  /** The XML of charts and diagrams, by the ids that the document uses. */
  readonly drawings: ReadonlyMap<string, string>
  /** The relations of the document's own part, pictures among them. */
  readonly relations: readonly Relation[]
}

/** A part of the document with the relations of its own, pictures among them. */
export type DocxPart = { readonly xml: string; readonly relations: readonly Relation[] }

export type ImportedFile = { readonly name: string; readonly bytes: Uint8Array }

/** Unpacks only the needed parts of a DOCX. A missing part is an empty text. */
export function readPackage(parts: ZipPackage): DocxParts {
  const root = relationsOf(parts, '')
  const main = pathOfType(root, 'officeDocument')
  if (main === undefined || !parts.has(main)) throw new DocumentFailure('not_a_docx')
  const own = relationsOf(parts, main)
  const part: Part = (path) => parts.text(path)
  const ofType = (type: string) => part(pathOfType(own, type))
  const related: RelatedPart = (path) => ({
    xml: part(path),
    relations: path === undefined ? [] : relationsOf(parts, path),
  })
  const document = part(main)
  if (!/<(?:\w+:)?document[\s/>]/.test(document.slice(0, 65_536)))
    throw new DocumentFailure('not_a_docx')
  return {
    document,
    styles: ofType('styles'),
    numbering: ofType('numbering'),
    footnotes: related(pathOfType(own, 'footnotes')),
    endnotes: related(pathOfType(own, 'endnotes')),
    comments: ofType('comments'),
    properties: part(pathOfType(root, 'core-properties')),
    ...furniture(document, own, { related, settings: ofType('settings') }),
    imported: importedFiles(parts, own),
    drawings: drawingParts(own, part),
    relations: own,
  }
}

type Part = (path: string | undefined) => string
type RelatedPart = (path: string | undefined) => DocxPart

/** Finds the headers and footers that are shown: those of first and even pages only where the document has such. */
function furniture(
  document: string,
  own: readonly Relation[],
  { related, settings }: { readonly related: RelatedPart; readonly settings: string },
): Pick<DocxParts, 'headers' | 'footers'> {
  const shown = new Set(['default'])
  if (has(document, TITLE_PAGE)) shown.add('first')
  if (has(settings, EVEN_PAGES)) shown.add('even')
  const paths = { header: new Set<string>(), footer: new Set<string>() }
  for (const [tag, kind] of document.matchAll(REFERENCE)) {
    const id = /\sr?:?\w*:?id\s*=\s*"([^"]*)"/.exec(tag)?.[1]
    const type = /\s\w*:?type\s*=\s*"([^"]*)"/.exec(tag)?.[1] ?? 'default'
    const path = own.find((relation) => relation.id === id)?.path
    if (path !== undefined && shown.has(type))
      paths[kind === 'header' ? 'header' : 'footer'].add(path)
  }
  return { headers: [...paths.header].map(related), footers: [...paths.footer].map(related) }
}

const TITLE_PAGE = /<(?:\w{1,9}:)?titlePg\b[^<>]*/g
const EVEN_PAGES = /<(?:\w{1,9}:)?evenAndOddHeaders\b[^<>]*/g

/** Tells whether a document turns a switch on. Google Docs also writes the switches that are off. */
function has(xml: string, tag: RegExp): boolean {
  return [...xml.matchAll(tag)].some(([found]) =>
    isOn(/\s(?:\w{1,9}:)?val\s*=\s*["']([^"']*)/.exec(found)?.[1]),
  )
}

const REFERENCE = /<(?:\w+:)?(header|footer)Reference\b[^<>]*/g

function importedFiles(
  parts: ZipPackage,
  own: readonly Relation[],
): ReadonlyMap<string, ImportedFile> {
  const files = own.filter(({ type, path }) => type === 'aFChunk' && parts.has(path))
  return new Map(files.map(({ id, path }) => [id, { name: path, bytes: parts.bytes(path) }]))
}

const DRAWINGS = new Set(['chart', 'chartEx', 'diagramData'])

function drawingParts(own: readonly Relation[], part: Part): ReadonlyMap<string, string> {
  const drawn = own.filter(({ type }) => DRAWINGS.has(type))
  return new Map(drawn.map(({ id, path }) => [id, part(path)]))
}
