import { type DocumentKind, isPicture, type PictureKind } from '../../../protocol/document.ts'
import { DocumentFailure } from '../document-failure.ts'
import type { Extracted } from '../text/extracted.ts'
import { EXTRACT_LIMITS, type ExtractLimits } from './extract-limits.ts'
import type { DocumentSource, ExtractPorts } from './extract-ports.ts'
import type { PackageKind } from './package-kind.ts'

/**
 * Reads a document's text with its pages and headings. Throws a DocumentFailure that says what to do, or the
 * signal's reason. Loads the reader of a kind with the first document of that kind.
 */
export async function extract(
  source: DocumentSource,
  ports: ExtractPorts,
  limits: ExtractLimits = EXTRACT_LIMITS,
): Promise<Extracted> {
  ports.signal.throwIfAborted()
  const extracted = await read(source, ports, limits)
  if (extracted.text.length > limits.chars) throw new DocumentFailure('too_large')
  if (!/[\p{L}\p{N}]/u.test(extracted.text)) throw new DocumentFailure(noneOf(source.kind))
  ports.say(100, 'The whole text is read')
  return extracted
}

async function read(
  source: DocumentSource,
  ports: ExtractPorts,
  limits: ExtractLimits,
): Promise<Extracted> {
  const { bytes, kind } = source
  if (isPicture(kind))
    return (await import('./image/extract-image.ts')).extractImage(bytes, kind, ports)
  switch (kind) {
    case 'pdf':
      return (await import('./pdf/extract-pdf.ts')).extractPdf(source, ports, limits)
    case 'eml':
      return (await import('./mail/extract-mail.ts')).extractMail(bytes, ports, limits)
    case 'msg':
      return (await import('./msg/extract-msg.ts')).extractMsg(bytes, ports, limits)
    case 'html':
    case 'markdown':
    case 'text':
    case 'csv':
    case 'rtf':
      checkSize(bytes, limits)
      return readText({ ...source, kind }, ports, limits)
    default:
      kind satisfies PackageKind
      return (await import('./extract-package.ts')).extractPackage(bytes, ports, limits)
  }
}

type TextSource = DocumentSource & {
  readonly kind: Exclude<DocumentKind, PackageKind | PictureKind | 'pdf' | 'eml' | 'msg'>
}

async function readText(
  { bytes, kind }: TextSource,
  ports: ExtractPorts,
  limits: ExtractLimits,
): Promise<Extracted> {
  switch (kind) {
    case 'html':
      return (await import('./html/extract-html.ts')).extractHtml(bytes, ports)
    case 'markdown':
      return (await import('./markdown/extract-markdown.ts')).extractMarkdown(bytes, ports)
    case 'text':
      return (await import('./extract-text.ts')).extractText(bytes)
    case 'csv':
      return (await import('./csv/extract-csv.ts')).extractCsv(bytes, limits)
    case 'rtf':
      return (await import('./rtf/extract-rtf.ts')).extractRtf(bytes, ports, limits)
  }
}

function checkSize(bytes: Uint8Array, { text_bytes }: ExtractLimits): void {
  if (bytes.length > text_bytes) throw new DocumentFailure('too_large')
}

/** A PDF, DOCX or HTML file without text may hold pictures. A text file without text is empty. */
function noneOf(kind: DocumentKind): 'no_text' | 'empty' {
  return kind === 'text' || kind === 'markdown' || kind === 'csv' ? 'empty' : 'no_text'
}
