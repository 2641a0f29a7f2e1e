/** The limits of one document. It shares its memory with other work. */
export type ExtractLimits = {
  /** The most bytes of HTML, Markdown and plain text. The upload limits PDF and DOCX. */
  readonly text_bytes: number
  readonly pages: number
  readonly chars: number
  /** The most files in a DOCX, the most bytes to which they claim to unpack, and the most of one file. */
  readonly zip_entries: number
  readonly zip_declared_bytes: number
  readonly part_bytes: number
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
  stream_bytes: 32 * MB,
}
