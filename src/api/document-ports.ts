import type { DocumentQuery } from '../db/document-list.ts'
import type { DocumentHandle, GivenFile, NewDocument, StoredDocument } from '../db/documents.ts'
import type { OutdatedDocument } from '../db/outdated-documents.ts'
import type { ListAnswer } from '../db/page.ts'
import type {
  ChunkPage,
  DocumentId,
  DocumentKind,
  DocumentPage,
  Matter,
  SearchPage,
} from '../protocol/document.ts'
import type { Owner, RunId } from '../protocol/ids.ts'
import type { Reason } from '../protocol/status.ts'
import type { FileStore } from '../storage/file-store.ts'

export type AddedDocument = {
  readonly document_id: DocumentId
  readonly run_id: RunId
  readonly known: boolean
}

type SearchQuery = {
  readonly owner: Owner
  readonly q: string
  readonly matter?: string | undefined
  readonly document_id?: DocumentId | undefined
  readonly cursor?: string | undefined
  readonly limit: number
}

/** What a file is by its first bytes, and why it cannot be read, if it cannot. */
type FileVerdict = { readonly kind: DocumentKind | null; readonly refused: Reason | null }

export type DocumentName = { readonly owner: Owner; readonly document_id: DocumentId }

/** Documents as Postgres and the bucket have them. Undefined: this owner has none of this id. */
export type DocumentPorts = {
  readonly files: FileStore
  /** What one upload may have: bytes of the form, of one field, and parts. */
  readonly upload: {
    readonly form_bytes: number
    readonly field_bytes: number
    readonly parts: number
  }
  readonly check: (file: {
    readonly name: string
    readonly size: number
    readonly head: Uint8Array
  }) => FileVerdict
  /** The text of a protected file, to be put aside; or why it cannot be had. */
  readonly unlock: (
    file: { readonly name: string; readonly kind: DocumentKind; readonly bytes: Uint8Array },
    request: { readonly password: string; readonly signal: AbortSignal },
  ) => Promise<
    | { readonly kind: 'text'; readonly bytes: Uint8Array }
    | { readonly kind: 'locked'; readonly reason: Reason }
  >
  /** One entry each, in order: the document itself, or the one of the matter that has its bytes. */
  readonly add: (request: {
    owner: Owner
    matter: Matter
    run_id: RunId
    documents: readonly NewDocument[]
  }) => Promise<readonly AddedDocument[]>
  /** Takes back what was added, or may have been, for a run that could not be started. */
  readonly withdraw: (request: {
    owner: Owner
    document_ids: readonly DocumentId[]
  }) => Promise<void>
  /** What is needed to do anything with it. `read` is for what is shown, and refuses one that is damaged. */
  readonly find: (name: DocumentName) => Promise<DocumentHandle | undefined>
  readonly read: (name: DocumentName) => Promise<StoredDocument | undefined>
  readonly list: (query: DocumentQuery) => Promise<ListAnswer<DocumentPage>>
  readonly chunks: (
    query: DocumentName & { readonly cursor?: string | undefined; readonly limit: number },
  ) => Promise<ListAnswer<ChunkPage> | undefined>
  /** Another file under the same id: the keys of what it replaces. 'known': another document has it. */
  readonly replace: (
    name: DocumentName,
    file: GivenFile,
  ) => Promise<readonly string[] | 'known' | undefined>
  readonly giveText: (name: DocumentName, text_key: string) => Promise<boolean>
  readonly moveTo: (name: DocumentName, run_id: RunId) => Promise<boolean>
  /**
   * Documents that were embedded with another model than the present one, as many as one run takes, and
   * how many more there are; those that are this run's already are among them.
   */
  readonly outdated: (request: {
    owner: Owner
    run_id: RunId
    matter?: Matter
  }) => Promise<{ readonly documents: readonly OutdatedDocument[]; readonly left: number }>
  /** Removes it with its text, chunks and embeddings: the keys of its files. */
  readonly remove: (name: DocumentName) => Promise<readonly string[] | undefined>
  readonly search: (query: SearchQuery) => Promise<ListAnswer<SearchPage>>
}
