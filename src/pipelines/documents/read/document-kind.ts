import type { DocumentKind, PictureKind } from '../../../protocol/document.ts'
import { looksLikeHtml } from '../../html/is-html.ts'
import { DocumentFailure, type DocumentFailureCode } from '../document-failure.ts'
import { decodeHead, isJunk } from './decode-text.ts'
import { isOutlookMessage, oleFailure } from './ole.ts'
import { kindOfHead } from './package-kind.ts'
import { startsWith } from './signature.ts'
import { xmlKind } from './xml/xml-kind.ts'

/** The number of first bytes of a file that show its kind, and the most bytes that may precede a PDF's header. */
const HEAD_BYTES = 8_192
const PDF_WITHIN = 1_024

/**
 * Finds the kind of a file from its first HEAD_BYTES. The name only tells Markdown and HTML from plain text, and
 * shows that a text is called .pdf or .docx by mistake, or that a text is a table of values.
 */
export function documentKind(bytes: Uint8Array, name: string): DocumentKind {
  if (bytes.length === 0) throw new DocumentFailure('empty')
  if (startsWith(bytes, 'PK\x03\x04') || startsWith(bytes, 'PK\x05\x06'))
    return kindOfHead(bytes.subarray(0, HEAD_BYTES), extensionOf(name))
  if (hasPdfHeader(bytes)) return 'pdf'
  if (startsWith(bytes, '{\\rtf')) return 'rtf'
  const picture = pictureKind(bytes)
  if (picture !== undefined) return picture
  if (startsWith(bytes, OLE) && isOutlookMessage(bytes, extensionOf(name))) return 'msg'
  throwKnown(bytes, name)
  return textKind(decodeHead(bytes.subarray(0, HEAD_BYTES)), extensionOf(name))
}

/** The first bytes of pictures. */
const PICTURES: readonly (readonly [magic: string, kind: PictureKind])[] = [
  ['\x89PNG', 'png'],
  ['\xff\xd8\xff', 'jpeg'],
  ['II*\x00', 'tiff'],
  ['MM\x00*', 'tiff'],
  ['GIF8', 'gif'],
]

/** The kind of a picture, or undefined for another file. */
export function pictureKind(bytes: Uint8Array): PictureKind | undefined {
  // Between the two words of a WebP stands its size.
  if (startsWith(bytes, 'RIFF') && startsWith(bytes.subarray(8), 'WEBP')) return 'webp'
  return PICTURES.find(([magic]) => startsWith(bytes, magic))?.[1]
}

/** Whether a file is a PDF: the header comes first, or objects follow it. A text may just mention the header. */
function hasPdfHeader(bytes: Uint8Array): boolean {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, HEAD_BYTES))
  const at = head.slice(0, PDF_WITHIN).search(/%PDF-\d/)
  return at !== -1 && (head.slice(0, at).trim() === '' || /\d \d+ obj\b/.test(head.slice(at)))
}

export const IMAGE_ADVICE =
  'This is an image. Run text recognition (OCR) on it and upload the result as a PDF.'
const PHONE_ADVICE =
  'This picture is in a format of phones (HEIC or AVIF). Save it as JPEG or PDF and upload that.'
const PACKED = 'This is an archive. Unpack it and upload the files in it.'
const OTHER_TEXT =
  'This file cannot be read. Save it as PDF or DOCX where it was made and upload that.'

/** The first bytes of files that people often upload as documents. */
const KNOWN: readonly (readonly [magic: string, code: DocumentFailureCode, message?: string])[] = [
  ['%!PS', 'unsupported', OTHER_TEXT],
  ['\x1f\x8b', 'unsupported', PACKED],
  ['7z\xbc\xaf', 'unsupported', PACKED],
  ['Rar!', 'unsupported', PACKED],
]

/** The first bytes of Microsoft's old container format. */
const OLE = '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'

function throwKnown(bytes: Uint8Array, name: string): void {
  if (isPhonePicture(bytes)) throw new DocumentFailure('unsupported', PHONE_ADVICE)
  // The name of the format of a TAR comes after its first file's name.
  if (startsWith(bytes.subarray(257), 'ustar')) throw new DocumentFailure('unsupported', PACKED)
  const known = KNOWN.find(([magic]) => startsWith(bytes, magic))
  if (known) throw new DocumentFailure(known[1], known[2])
  if (startsWith(bytes, OLE)) throw oleFailure(bytes, extensionOf(name))
}

/** HEIC and AVIF: the name of their first box comes after its size, and then that of the format. */
function isPhonePicture(bytes: Uint8Array): boolean {
  const box = bytes.subarray(4)
  return ['ftyphei', 'ftyphev', 'ftypmif1', 'ftypmsf1', 'ftypavi'].some((magic) =>
    startsWith(box, magic),
  )
}

function textKind(head: string, extension: string): DocumentKind {
  const text = head.replace(/^\ufeff/, '')
  if (isJunk(text)) throw new DocumentFailure('unsupported')
  const html = looksLikeHtml(text)
  const xml = html ? undefined : xmlKind(text, extension)
  if (xml !== undefined && xml !== 'html') return xml
  if (BINARY.has(extension)) throw mismatch(extension, html)
  if (looksLikeMail(text, extension)) return 'eml'
  if (MARKDOWN.has(extension)) return 'markdown'
  if (html || xml !== undefined || isNamedHtml(text, extension)) return 'html'
  return TABLES.has(extension) ? 'csv' : 'text'
}

function isNamedHtml(text: string, extension: string): boolean {
  return HTML.has(extension) && /^\s*<[a-z!?]/i.test(text)
}

/** The extensions of files that are no text. */
const BINARY = new Set(['pdf', 'docx', 'xlsx', 'pptx', 'odt', 'ods', 'odp', 'epub'])
const TABLES = new Set(['csv', 'tsv', 'tab'])
const MARKDOWN = new Set(['md', 'markdown', 'mdown', 'mkd'])
const HTML = new Set(['html', 'htm', 'xhtml'])

/** Headers that each message has, or nearly each. */
const HEADERS =
  /^(?:received|return-path|delivered-to|message-id|mime-version|from|to|date|subject)$/i

/** Whether a text begins like a message: with several headers of one. A file named .eml needs one. */
function looksLikeMail(text: string, extension: string): boolean {
  const lines = text.trimStart().split(/\r\n?|\n/)
  const end = lines.indexOf('')
  const head = end === -1 ? lines : lines.slice(0, end)
  if (!/^[!-9;-~]{1,76}:/.test(head[0] ?? '')) return false
  const names = new Set(
    head
      .map((line) => line.slice(0, Math.max(0, line.indexOf(':'))).toLowerCase())
      .filter((name) => HEADERS.test(name)),
  )
  if (extension === 'eml' || extension === 'mht' || extension === 'mhtml') return names.size > 0
  const technical = ['received', 'return-path', 'message-id', 'mime-version', 'delivered-to']
  return names.size >= 4 && technical.some((name) => names.has(name))
}

/** A text named .pdf or .docx is often a server's error page that was saved under the document's name. */
function mismatch(extension: string, html: boolean): DocumentFailure {
  const is = html ? 'a web page, perhaps an error page' : 'plain text'
  const message = `This file is called .${extension} but is ${is}. Get the document itself, and upload that file.`
  return new DocumentFailure('type_mismatch', message)
}

function extensionOf(name: string): string {
  return /\.([^./\\]+)$/.exec(name.trim())?.[1]?.toLowerCase() ?? ''
}
