import type { DocumentKind } from '../../../protocol/document.ts'
import { DocumentFailure } from '../document-failure.ts'

/** The kinds of documents that are a ZIP of parts. */
export type PackageKind = Extract<
  DocumentKind,
  'docx' | 'xlsx' | 'pptx' | 'odt' | 'ods' | 'odp' | 'epub'
>

/** The folders that show which program of Office made a document. */
const FOLDERS: readonly (readonly [folder: string, kind: PackageKind])[] = [
  ['word/', 'docx'],
  ['xl/', 'xlsx'],
  ['ppt/', 'pptx'],
]

const MEDIA_TYPES: readonly (readonly [type: string, kind: PackageKind])[] = [
  ['application/vnd.oasis.opendocument.text', 'odt'],
  ['application/vnd.oasis.opendocument.spreadsheet', 'ods'],
  ['application/vnd.oasis.opendocument.presentation', 'odp'],
  ['application/epub+zip', 'epub'],
]

/** Tells the kind by the paths of a package's files and by its media type, if it has one. */
export function kindOfPackage(
  paths: readonly string[],
  media_type: string,
): PackageKind | undefined {
  const typed = MEDIA_TYPES.find(([type]) => media_type.startsWith(type))?.[1]
  if (typed !== undefined) return typed
  if (paths.includes('META-INF/container.xml')) return 'epub'
  return FOLDERS.find(([folder]) => paths.some((path) => path.startsWith(folder)))?.[1]
}

const LOCAL = { magic: 'PK\x03\x04', bytes: 30 }

/** Tells the kind by the first bytes of a ZIP, or else by its name. The reader looks at the whole ZIP. */
export function kindOfHead(head: Uint8Array, extension: string): PackageKind {
  return kindOfPaths(head) ?? NAMED[extension] ?? 'docx'
}

/** Tells the kind by the paths among the first bytes of a ZIP. Undefined if they are of no document. */
export function kindOfPaths(head: Uint8Array): PackageKind | undefined {
  const text = new TextDecoder('latin1').decode(head)
  const paths: string[] = []
  let media_type = ''
  for (let at = text.indexOf(LOCAL.magic); at !== -1; at = text.indexOf(LOCAL.magic, at + 4)) {
    const length = text.charCodeAt(at + 26) + text.charCodeAt(at + 27) * 256
    const path = text.slice(at + LOCAL.bytes, at + LOCAL.bytes + length)
    paths.push(path)
    if (path === 'mimetype') media_type = text.slice(at + LOCAL.bytes + length).slice(0, 100)
  }
  // Every document of Office has this file, wherever its other parts are.
  const isOffice = paths.includes('[Content_Types].xml') || paths.includes('_rels/.rels')
  return kindOfPackage(paths, media_type) ?? (isOffice ? 'docx' : undefined)
}

const NAMED: Readonly<Record<string, PackageKind>> = {
  xlsx: 'xlsx',
  xlsm: 'xlsx',
  pptx: 'pptx',
  pptm: 'pptx',
  ppsx: 'pptx',
  odt: 'odt',
  ods: 'ods',
  odp: 'odp',
  epub: 'epub',
}

/** A ZIP that is a document of another kind, by a file that only such a ZIP has. */
const OTHERS: readonly (readonly [path: RegExp, what: string])[] = [
  [/^xl\/workbook\.bin$/, 'a binary Excel workbook. Save it as .xlsx and upload that file.'],
  [/^Index\/.*\.iwa$/, 'a document of Pages, Numbers or Keynote. Save it as PDF and upload that.'],
  [/^content\.xml$/, 'an OpenDocument file. Save it as PDF or DOCX and upload that.'],
]

/** Says which other kind of ZIP it is. */
export function notReadable(paths: readonly string[]): DocumentFailure {
  const what = OTHERS.find(([path]) => paths.some((one) => path.test(one)))?.[1]
  return new DocumentFailure('not_a_docx', what === undefined ? undefined : `This is ${what}`)
}
