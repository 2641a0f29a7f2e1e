import type { DocumentId, DocumentKind } from '../../protocol/document.ts'
import type { Owner, RunId } from '../../protocol/ids.ts'
import type { Reason } from '../../protocol/status.ts'
import type { Chunk } from './chunk/chunk.ts'
import type { Language } from './text/language.ts'

/** A document as the run knows it whose job it is. */
export type DocumentKey = {
  readonly owner: Owner
  readonly run_id: RunId
  readonly document_id: DocumentId
}

/** Where its content is: `text` was taken out of the file by hand of its owner. */
export type DocumentContent = {
  readonly name: string
  readonly kind: DocumentKind | null
  readonly file_key: string | null
  readonly text_key: string | null
  /** Why its file was not taken. */
  readonly refused: Reason | null
}

/** One attempt's rows, which nobody sees before its result is recorded. */
export type StageKey = DocumentKey & { readonly stage: string }

export type DocumentPort = {
  /** Undefined: it was removed, or is another run's by now. */
  read(key: DocumentKey): Promise<DocumentContent | undefined>
  /**
   * Makes it this run's, if its vectors are not of this model and nobody else is at it. Undefined: it
   * was removed, or is otherwise by now.
   */
  take(key: DocumentKey, model: string): Promise<DocumentContent | undefined>
  /** The bytes under a key. Undefined: nothing is there any more. */
  bytes(file_key: string): Promise<Uint8Array | undefined>
  stageChunks(key: StageKey, language: Language, chunks: readonly Chunk[]): Promise<void>
  stageVectors(
    key: StageKey,
    model: string,
    vectors: readonly { readonly n: number; readonly vector: Float32Array }[],
  ): Promise<void>
}
