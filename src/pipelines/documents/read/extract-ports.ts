import type { DocumentKind } from '../../../protocol/document.ts'

/** A file to be read. A PDF's bytes are used up by it: they are empty afterwards. */
export type DocumentSource = {
  readonly bytes: Uint8Array
  readonly kind: DocumentKind
  readonly name: string
  readonly password?: string
}

export type ExtractPorts = {
  readonly signal: AbortSignal
  /** How much is read, in percent, and what is being done: a sentence for a person. */
  readonly say: (progress: number, message: string) => void
}
