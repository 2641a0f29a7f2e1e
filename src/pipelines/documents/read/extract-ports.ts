import type { DocumentKind } from '../../../protocol/document.ts'
import type { Ocr } from '../ocr/ocr.ts'

/** A file to read. Reading a PDF empties `bytes`: pdf.js takes the buffer over. */
export type DocumentSource = {
  readonly bytes: Uint8Array
  readonly kind: DocumentKind
  readonly name: string
  readonly password?: string
}

export type ExtractPorts = {
  /** Reads pictures. Absent where a deployment has no text recognition. */
  readonly ocr?: Ocr
  readonly signal: AbortSignal
  /** Reports the progress in percent and the current work as words for people. */
  readonly say: (progress: number, message: string) => void
}
