import { DocumentFailure } from '../document-failure.ts'

/** The limits of one document. It shares its memory with other work. */
export type ExtractLimits = {
  /** The most bytes of HTML, Markdown, plain text, CSV and RTF. The upload limits the other kinds. */
  readonly text_bytes: number
  readonly pages: number
  readonly chars: number
  /** The most files in a document that is a ZIP, the most bytes to which they claim to unpack, and the most of one file. */
  readonly zip_entries: number
  readonly zip_declared_bytes: number
  readonly part_bytes: number
  /** The most bytes of a part that is read while it is unpacked, and of all parts that are read. */
  readonly stream_part_bytes: number
  readonly package_bytes: number
  /** The most bytes of an unpacked stream in a PDF. */
  readonly stream_bytes: number
}

const MB = 1_000_000

export const EXTRACT_LIMITS: ExtractLimits = {
  text_bytes: 10 * MB,
  pages: 5_000,
  chars: 10 * MB,
  zip_entries: 4_096,
  zip_declared_bytes: 256 * MB,
  part_bytes: 16 * MB,
  stream_part_bytes: 128 * MB,
  package_bytes: 256 * MB,
  stream_bytes: 32 * MB,
}

/** Stops a reader whose text has become longer than any document's may be. */
export function checkLength(length: number, { chars }: ExtractLimits): void {
  if (length > chars) throw new DocumentFailure('too_large')
}
