/** What one document may cost: the memory that it is read in holds other things as well. */
export type ExtractLimits = {
  /** Of HTML, Markdown and plain text, which are read at once; PDF and DOCX are limited at upload. */
  readonly text_bytes: number
  readonly pages: number
  readonly chars: number
  /** How many files a DOCX may hold, what they may say that they unpack to, and what one really may. */
  readonly zip_entries: number
  readonly zip_declared_bytes: number
  readonly part_bytes: number
  /** What a stream of a PDF may unpack to. */
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
