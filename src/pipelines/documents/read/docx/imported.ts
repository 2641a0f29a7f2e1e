import { looksLikeHtml } from '../../../html/is-html.ts'
import { DocumentFailure } from '../../document-failure.ts'
import { decodeHtml, decodeText } from '../decode-text.ts'
import type { ExtractLimits } from '../extract-limits.ts'
import { extractRtf } from '../rtf/extract-rtf.ts'
import { startsWith } from '../signature.ts'
import { ZipPackage } from '../zip/zip-package.ts'
import { type DocxParts, type ImportedFile, readPackage } from './package.ts'

/** A file in another format whose text stands at a place of the document (`altChunk`). */
export type Imported =
  | { readonly kind: 'html'; readonly html: string }
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'docx'
      readonly parts: DocxParts
      readonly imported: ReadonlyMap<string, Imported>
    }
  | { readonly kind: 'unread' }

type ImportedMap = ReadonlyMap<string, Imported>

/** The most documents within documents that are read. */
const MAX_DEPTH = 3

/** Reads the imported files of a document by the ids that the document uses. */
export async function readImported(
  files: ReadonlyMap<string, ImportedFile>,
  limits: ExtractLimits,
  depth = 0,
): Promise<ImportedMap> {
  const read = new Map<string, Imported>()
  for (const [id, file] of files) read.set(id, await readFile(file, limits, depth))
  return read
}

async function readFile(
  { name, bytes }: ImportedFile,
  limits: ExtractLimits,
  depth: number,
): Promise<Imported> {
  try {
    if (startsWith(bytes, 'PK')) return await readDocx(bytes, limits, depth)
    if (startsWith(bytes, '{\\rtf')) return { kind: 'text', text: extractRtf(bytes, limits).text }
    const head = new TextDecoder('latin1').decode(bytes.subarray(0, 4_096))
    if (/^mime-version\s*:/im.test(head) || /\.mht(?:ml)?$/i.test(name)) return await readMht(bytes)
    if (looksLikeHtml(head.replace(/^\ufeff|^ï»¿/, '')) || /\.x?html?$/i.test(name))
      return { kind: 'html', html: await decodeHtml(bytes) }
    return /\.xml$/i.test(name)
      ? { kind: 'unread' }
      : { kind: 'text', text: await decodeText(bytes) }
  } catch (error) {
    if (error instanceof DocumentFailure) return { kind: 'unread' }
    throw error
  }
}

async function readDocx(
  bytes: Uint8Array,
  limits: ExtractLimits,
  depth: number,
): Promise<Imported> {
  if (depth === MAX_DEPTH) return { kind: 'unread' }
  const parts = readPackage(new ZipPackage(bytes, limits))
  return { kind: 'docx', parts, imported: await readImported(parts.imported, limits, depth + 1) }
}

/** Reads a page that was saved as one file with its pictures. */
async function readMht(bytes: Uint8Array): Promise<Imported> {
  const { default: PostalMime } = await import('postal-mime')
  const { html, text } = await PostalMime.parse(bytes)
  if (html !== undefined) return { kind: 'html', html }
  return text === undefined ? { kind: 'unread' } : { kind: 'text', text }
}
