import type { DocumentId, DocumentKind } from '../../protocol/document.ts'
import type { Owner, RunId } from '../../protocol/ids.ts'
import type { Reason } from '../../protocol/status.ts'
import type { Language } from '../text/language.ts'
import type { Chunk } from './chunk/chunk.ts'

/** A document, and the run that has its job. */
export type DocumentJobKey = {
  readonly owner: Owner
  readonly run_id: RunId
  readonly document_id: DocumentId
}

/** The keys of a document's content. `text_key` names a text that was read from the file when its owner unlocked it. */
export type DocumentContent = {
  readonly name: string
  readonly kind: DocumentKind | null
  readonly file_key: string | null
  readonly text_key: string | null
  /** The reason why the upload refused the file, or null. */
  readonly refused: Reason | null
}

/** The stage of one attempt's rows. The rows stay invisible until the attempt's result is recorded. */
export type StageKey = DocumentJobKey & { readonly stage: string }

export type DocumentPort = {
  /** Resolves to undefined if the document was removed, or belongs to another run by now. */
  read(key: DocumentJobKey): Promise<DocumentContent | undefined>
  /**
   * Gives the document to this run, if its vectors are not of this model and no other run works on it. Otherwise
   * resolves to undefined, also if the document was removed.
   */
  take(key: DocumentJobKey, model: string): Promise<DocumentContent | undefined>
  /** Reads the bytes under a key. Resolves to undefined if they were removed. */
  bytes(file_key: string): Promise<Uint8Array | undefined>
  stageChunks(key: StageKey, language: Language, chunks: readonly Chunk[]): Promise<void>
  stageVectors(
    key: StageKey,
    model: string,
    vectors: readonly { readonly n: number; readonly vector: Float32Array }[],
  ): Promise<void>
}
