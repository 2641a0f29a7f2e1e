import { looksLikeHtml } from '../../../html/is-html.ts'
import { DocumentFailure } from '../../document-failure.ts'
import { TextBuilder } from '../../text/text-builder.ts'
import { decodeHtml, decodeText } from '../decode-text.ts'
import type { ExtractLimits } from '../extract-limits.ts'
import { type FindStyles, type ShownHtml, shownHtml } from '../html/shown-html.ts'
import { type FindPicture, HtmlPictures, type LinesByAddress } from '../pictures/html-pictures.ts'
import { PackedPictures } from '../pictures/packed-pictures.ts'
import type { PictureLines, PictureReader } from '../pictures/picture-reader.ts'
import { writeRtf } from '../rtf/extract-rtf.ts'
import { startsWith } from '../signature.ts'
import { ZipPackage } from '../zip/zip-package.ts'
import { type DocxPart, type DocxParts, type ImportedFile, readPackage } from './package.ts'

/** A file in another format whose text stands at a place of the document (`altChunk`). */
export type Imported =
  | ({ readonly kind: 'html'; readonly pictures: LinesByAddress } & ShownHtml)
  | { readonly kind: 'text'; readonly text: string }
  | (ReadDocx & { readonly kind: 'docx' })
  | { readonly kind: 'unread' }

/** A document whose pictures and imported files were read. */
export type ReadDocx = {
  readonly parts: DocxParts
  readonly imported: ReadonlyMap<string, Imported>
  readonly pictures: DocxPictures
}

/** The lines of the recognised pictures of a part, by the ids that the part uses. */
export type DocxPictures = ReadonlyMap<DocxPart | 'document', ReadonlyMap<string, PictureLines>>

type ReadingDocx = {
  readonly reader: PictureReader
  readonly limits: ExtractLimits
}

/** The most documents within documents that are read. */
const MAX_DEPTH = 3

/** Unpacks a document, and reads its pictures and its imported files. */
export async function readParts(
  zip: ZipPackage,
  reading: ReadingDocx,
  depth = 0,
): Promise<ReadDocx> {
  const parts = readPackage(zip)
  const pictures = await readPictures(parts, new PackedPictures(zip, reading.reader))
  const imported = new Map<string, Imported>()
  for (const [id, file] of parts.imported) imported.set(id, await readFile(file, reading, depth))
  return { parts, imported, pictures }
}

async function readPictures(parts: DocxParts, packed: PackedPictures): Promise<DocxPictures> {
  const found = new Map<DocxPart | 'document', ReadonlyMap<string, PictureLines>>()
  found.set('document', await packed.read(parts.relations, 0))
  const { headers, footers, footnotes, endnotes } = parts
  for (const part of [footnotes, endnotes, ...headers, ...footers])
    found.set(part, await packed.read(part.relations, 0))
  return found
}

async function readFile(
  { name, bytes }: ImportedFile,
  reading: ReadingDocx,
  depth: number,
): Promise<Imported> {
  try {
    if (startsWith(bytes, 'PK')) return await readDocx(bytes, reading, depth)
    if (startsWith(bytes, '{\\rtf')) return await readRtf(bytes, reading)
    const head = new TextDecoder('latin1').decode(bytes.subarray(0, 4_096))
    if (/^mime-version\s*:/im.test(head) || /\.mht(?:ml)?$/i.test(name))
      return await readMht(bytes, reading)
    if (looksLikeHtml(head.replace(/^\ufeff|^ï»¿/, '')) || /\.x?html?$/i.test(name))
      return await readPage(await decodeHtml(bytes), reading)
    return /\.xml$/i.test(name)
      ? { kind: 'unread' }
      : { kind: 'text', text: await decodeText(bytes) }
  } catch (error) {
    if (error instanceof DocumentFailure) return { kind: 'unread' }
    throw error
  }
}

async function readDocx(bytes: Uint8Array, reading: ReadingDocx, depth: number): Promise<Imported> {
  if (depth === MAX_DEPTH) return { kind: 'unread' }
  const zip = new ZipPackage(bytes, reading.limits)
  return { kind: 'docx', ...(await readParts(zip, reading, depth + 1)) }
}

async function readRtf(bytes: Uint8Array, { reader, limits }: ReadingDocx): Promise<Imported> {
  const builder = new TextBuilder()
  await writeRtf(builder, bytes, { pictures: { reader, find: () => undefined }, limits })
  return { kind: 'text', text: builder.end().text }
}

async function readPage(
  page: string,
  { reader }: ReadingDocx,
  find: { readonly picture?: FindPicture; readonly styles?: FindStyles } = {},
): Promise<Imported> {
  const { html, hidden } = shownHtml(page, find.styles)
  return {
    kind: 'html',
    html,
    hidden,
    pictures: await new HtmlPictures(reader).read(html, 0, find.picture),
  }
}

/** Reads a page that was saved as one file with its pictures. */
async function readMht(bytes: Uint8Array, reading: ReadingDocx): Promise<Imported> {
  const { parseMessage, picturesOf } = await import('../mail/message.ts')
  const { stylesOfParts } = await import('../mail/part-styles.ts')
  const { email: page } = await parseMessage(bytes)
  const { html, text } = page
  if (html !== undefined)
    return readPage(html, reading, { picture: picturesOf(page), styles: stylesOfParts(bytes) })
  return text === undefined ? { kind: 'unread' } : { kind: 'text', text }
}
