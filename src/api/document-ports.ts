import type { DocumentQuery, PlacedChunk } from '../db/document-list.ts'
import type { DocumentHandle, GivenFile, NewDocument, StoredDocument } from '../db/documents.ts'
import type { AskedMatter, MatterPlace } from '../db/matters.ts'
import type { OutdatedDocument } from '../db/outdated-documents.ts'
import type { ListAnswer } from '../db/page.ts'
import type { Seeing } from '../db/replica.ts'
import type { TokenQuestion } from '../db/watch-tokens.ts'
import type { HeadedChunk } from '../pipelines/documents/outline.ts'
import type { PageLayout } from '../pipelines/documents/page-layout.ts'
import type { ContainerKind } from '../pipelines/documents/read/container.ts'
import type { ContainedFile } from '../pipelines/documents/read/zip/archive.ts'
import type {
  ChildDocument,
  ChunkPage,
  ChunkView,
  DocumentId,
  DocumentKind,
  DocumentPage,
  Matter,
  SearchPage,
} from '../protocol/document.ts'
import type { Owner, RunId } from '../protocol/ids.ts'
import type { MatterId, MatterPage, MatterTokenView, MatterView } from '../protocol/matter.ts'
import type { WatchTokenId } from '../protocol/run.ts'
import type { Reason } from '../protocol/status.ts'
import type { FileStore } from '../storage/file-store.ts'

export type AddedDocument = {
  readonly document_id: DocumentId
  readonly run_id: RunId
  readonly known: boolean
}

type SearchQuery = Seeing & {
  readonly owner: Owner
  readonly q: string
  /** The group of a matter. */
  readonly matter?: string | undefined
  readonly document_id?: DocumentId | undefined
  readonly cursor?: string | undefined
  readonly limit: number
}

/** The kind of a file, judged by its first bytes, and the reason why it is refused, or null. */
export type FileVerdict = { readonly kind: DocumentKind | null; readonly refused: Reason | null }

/** A document, and the stage of its visible chunks. */
type VisibleDocument = DocumentName & { readonly stage: string | null }

export type DocumentName = { readonly owner: Owner; readonly document_id: DocumentId }

/** The matters of an owner. A call resolves to undefined if the owner has no matter of this id. */
export type MatterPorts = {
  /** Finds a matter by its id or name. A name that no matter has now finds the matter whose first name it was. */
  readonly find: (owner: Owner, asked: AskedMatter) => Promise<MatterPlace | undefined>
  /** Finds the matter that has this name now, or makes it. `made`: this call made it. */
  readonly place: (owner: Owner, name: string) => Promise<MatterPlace & { readonly made: boolean }>
  readonly list: (query: {
    readonly owner: Owner
    readonly cursor?: string | undefined
    readonly limit: number
  }) => Promise<ListAnswer<MatterPage>>
  readonly read: (matter: MatterName) => Promise<MatterView | undefined>
  /** 'taken': another matter has the name. */
  readonly rename: (matter: MatterName, name: string) => Promise<'renamed' | 'taken' | undefined>
}

/** The watch tokens by which an owner's matters are shared. */
type MatterTokenPorts = {
  /** Undefined: the owner has no such matter. */
  readonly add: (
    token: MatterName & { readonly token_id: WatchTokenId; readonly expires_at: string },
  ) => Promise<'added' | 'too_many' | undefined>
  /** Lists the tokens that work now. */
  readonly list: (owner: Owner) => Promise<readonly MatterTokenView[]>
  /** Resolves to false if the owner has no such matter. */
  readonly revoke: (token: MatterName & { readonly token_id: WatchTokenId }) => Promise<boolean>
  /** Revokes the tokens of one matter, or of all matters of the owner. */
  readonly revokeAll: (of: Pick<MatterName, 'owner'> & Partial<MatterName>) => Promise<void>
  readonly admits: (question: TokenQuestion) => Promise<'yes' | 'revoked' | 'unknown'>
}

export type MatterName = { readonly owner: Owner; readonly matter_id: MatterId }

/**
 * The documents of an owner: rows in Postgres, files in R2. A call resolves to undefined if the owner has no
 * document of this id.
 */
export type DocumentPorts = {
  readonly matters: MatterPorts
  readonly tokens: MatterTokenPorts
  readonly files: FileStore
  /** The limits of one upload: the bytes of the form, the bytes of one field, and the number of parts. */
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
  /** Tells whether a file has other files in it. */
  readonly containerKind: (file: {
    readonly name: string
    readonly head: Uint8Array
    readonly kind: DocumentKind | null
  }) => ContainerKind | undefined
  /**
   * Takes the files out of a ZIP or a message. A file that cannot be taken out has a reason instead of bytes. A ZIP
   * that cannot be read is one such file alone, and a message that cannot be read has none.
   */
  readonly takeOut: (
    container: ContainerKind,
    file: { readonly name: string; readonly bytes: Uint8Array },
  ) => Promise<Iterable<ContainedFile>>
  /**
   * Reads the text of a protected file with a password. `locked`: the reason why the file could not be read.
   */
  readonly unlock: (
    file: { readonly name: string; readonly kind: DocumentKind; readonly bytes: Uint8Array },
    request: { readonly password: string; readonly signal: AbortSignal },
  ) => Promise<
    | { readonly kind: 'text'; readonly bytes: Uint8Array }
    | { readonly kind: 'locked'; readonly reason: Reason }
  >
  /**
   * Adds documents. Resolves to one entry for each, in order: the new document, or the matter's document that
   * already has these bytes (`known`).
   */
  readonly add: (request: {
    owner: Owner
    matter: Matter
    run_id: RunId
    documents: readonly NewDocument[]
  }) => Promise<readonly AddedDocument[]>
  /** Removes the documents that were added, or may have been added, for a run that could not be started. */
  readonly withdraw: (request: {
    owner: Owner
    document_ids: readonly DocumentId[]
    /** The matter that was made for these documents. */
    made?: MatterId | undefined
  }) => Promise<void>
  /** Finds the fields that every action on a document needs. A damaged document has them too. */
  readonly find: (name: DocumentName) => Promise<DocumentHandle | undefined>
  /** Reads a document to show it. Rejects with DamagedRow if its row is damaged. */
  readonly read: (name: DocumentName) => Promise<StoredDocument | undefined>
  /** Lists what is attached to a message. */
  readonly children: (name: DocumentName) => Promise<readonly ChildDocument[]>
  readonly list: (query: DocumentQuery) => Promise<ListAnswer<DocumentPage>>
  readonly chunks: (
    query: DocumentName & { readonly cursor?: string | undefined; readonly limit: number },
  ) => Promise<ListAnswer<ChunkPage> | undefined>
  /** Reads a chunk that a search can find now. */
  readonly chunk: (document: VisibleDocument, n: number) => Promise<PlacedChunk | undefined>
  /** Lists where the headings of a document stand, chunk by chunk. */
  readonly headed: (document: VisibleDocument) => Promise<readonly HeadedChunk[]>
  /** Lists the chunks that have a part on a page. */
  readonly onPage: (document: VisibleDocument, page: number) => Promise<readonly ChunkView[]>
  /** Reads where the lines of some pages of a PDF stand. Resolves to none for a PDF that cannot be opened. */
  readonly layouts: (
    pdf: Uint8Array,
    pages: readonly number[],
    signal: AbortSignal,
  ) => Promise<readonly PageLayout[]>
  /**
   * Replaces the file of a document. Resolves to the keys of the replaced files, or to 'known' if another
   * document of the matter has these bytes.
   */
  readonly replace: (
    name: DocumentName,
    file: GivenFile,
  ) => Promise<readonly string[] | 'known' | undefined>
  /** Stores the key of the text that was read with the owner's password. */
  readonly giveText: (name: DocumentName, text_key: string) => Promise<boolean>
  /** Makes the document a job of this run. */
  readonly moveTo: (name: DocumentName, run_id: RunId) => Promise<boolean>
  /**
   * Lists documents that another model than the current one embedded, as many as one run takes. `left` counts
   * the others. Documents that belong to this run already are in the list.
   */
  readonly outdated: (request: {
    owner: Owner
    run_id: RunId
    matter?: string | undefined
  }) => Promise<{ readonly documents: readonly OutdatedDocument[]; readonly left: number }>
  /** Removes a document with its text, chunks and embeddings. Resolves to the keys of its files. */
  readonly remove: (name: DocumentName) => Promise<readonly string[] | undefined>
  /** Counts the bytes of the files of all documents of an owner. */
  readonly storedBytes: (owner: Owner) => Promise<number>
  readonly search: (query: SearchQuery) => Promise<ListAnswer<SearchPage>>
}
