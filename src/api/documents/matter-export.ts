import { Zip, ZipDeflate, ZipPassThrough } from 'fflate'

import { nextTurn } from '../../pause.ts'
import { csvTable } from '../../protocol/csv.ts'
import type { ChunkView, DocumentView } from '../../protocol/document.ts'
import type { Owner } from '../../protocol/ids.ts'
import { callDatabase, readPage } from '../calls.ts'
import type { ApiPorts } from '../ports.ts'
import { notFound, ProblemError } from '../problem.ts'
import { attachment } from './file.ts'
import { markdownOf } from './markdown-text.ts'
import { UniqueNames } from './unique-names.ts'

/** A matter, by its group. */
type ExportedMatter = { readonly owner: Owner; readonly matter: string }

/** The documents and the chunks that one statement reads. */
const LISTED = 200

/** A ZIP with 32-bit sizes holds no more. */
const MOST_BYTES = 4_000_000_000

/**
 * Answers with one ZIP of a matter: each file, each text as Markdown, and an index. The ZIP is made while it is sent, so
 * that no matter is too long for the memory.
 */
export async function exportMatter(ports: ApiPorts, matter: ExportedMatter): Promise<Response> {
  const documents = await documentsOf(ports, matter)
  const [first] = documents
  if (first === undefined) throw notFound()
  const bytes = documents.reduce((sum, { size }) => sum + size, 0)
  if (bytes > MOST_BYTES)
    throw new ProblemError('too-large', { detail: 'The files of this matter have more than 4 GB.' })
  const pieces = zipOf(ports, matter.owner, documents)
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await pieces.next()
        if (done === true) controller.close()
        else controller.enqueue(value)
      },
      async cancel() {
        await pieces.return(undefined)
      },
    },
    { highWaterMark: 0 },
  )
  return new Response(body, {
    headers: {
      'content-type': 'application/zip',
      'content-disposition': attachment(`${first.matter}.zip`),
      'cache-control': 'private, no-store',
    },
  })
}

async function documentsOf(ports: ApiPorts, matter: ExportedMatter): Promise<DocumentView[]> {
  const documents: DocumentView[] = []
  for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
    const query = { ...matter, limit: LISTED, cursor }
    const page = await readPage(() => ports.documents.list(query))
    documents.push(...page.documents)
    cursor = page.next_cursor ?? undefined
  }
  return documents
}

async function* zipOf(
  ports: ApiPorts,
  owner: Owner,
  documents: readonly DocumentView[],
): AsyncGenerator<Uint8Array, undefined, undefined> {
  const zip = new MatterZip()
  const names = new UniqueNames()
  const rows: IndexRow[] = []
  for (const document of documents) {
    const name = names.take(document.name)
    const file = `files/${name}`
    const text = `texts/${name}.md`
    const hasFile = yield* fileOf(ports, owner, { document, zip, path: file })
    const chunks = await chunksOf(ports, owner, document)
    if (chunks.length > 0)
      yield* zip.text(text, markdownOf(document.content?.title ?? document.name, chunks))
    rows.push(rowOf(document, hasFile ? file : '', chunks.length > 0 ? text : ''))
    await nextTurn()
  }
  yield* zip.text('index.csv', csvTable(rows))
  yield* zip.end()
  return undefined
}

type FileEntry = {
  readonly document: DocumentView
  readonly zip: MatterZip
  readonly path: string
}

/** Adds the bytes of a document's file. Returns false if there is no file. */
async function* fileOf(
  ports: ApiPorts,
  owner: Owner,
  { document: { document_id }, zip, path }: FileEntry,
): AsyncGenerator<Uint8Array, boolean, undefined> {
  const found = await callDatabase(() => ports.documents.find({ owner, document_id }))
  const key = found?.file_key ?? null
  const file = key === null ? undefined : await ports.documents.files.open(key)
  if (file === undefined) return false
  yield* zip.file(path, file.body)
  return true
}

async function chunksOf(
  ports: ApiPorts,
  owner: Owner,
  { document_id }: DocumentView,
): Promise<readonly ChunkView[]> {
  const chunks: ChunkView[] = []
  for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
    const query = { owner, document_id, limit: LISTED, cursor }
    const answer = await callDatabase(() => ports.documents.chunks(query))
    // A document may be removed while the ZIP is made.
    if (answer?.kind !== 'page') break
    chunks.push(...answer.page.chunks)
    cursor = answer.page.next_cursor ?? undefined
  }
  return chunks
}

type IndexRow = Readonly<Record<string, string | number | null>>

function rowOf(document: DocumentView, file: string, text: string): IndexRow {
  const { document_id, name, matter, kind, size, status, notices = [] } = document
  return {
    document_id,
    matter,
    name,
    parent: document.parent?.name ?? '',
    file,
    text,
    kind,
    size,
    status,
    ...contentRow(document),
    error: document.error?.message ?? '',
    notices: notices.map(({ message }) => message).join(' '),
    created_at: document.created_at,
    indexed_at: document.indexed_at,
  }
}

function contentRow({ content }: DocumentView): IndexRow {
  const { title, language, pages, characters } = content ?? {}
  return {
    title: title ?? '',
    language: language ?? '',
    pages: pages ?? '',
    characters: characters ?? '',
  }
}

/** Makes a ZIP piece by piece. */
class MatterZip {
  readonly #made: Uint8Array[] = []
  readonly #writer = new Zip((error, piece) => {
    if (error !== null) throw error
    this.#made.push(piece)
  })

  /** Adds a file as it is: most kinds of documents are compressed already. */
  async *file(path: string, body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
    const entry = new ZipPassThrough(path)
    this.#writer.add(entry)
    for await (const bytes of body) {
      entry.push(bytes)
      yield* this.#taken()
    }
    entry.push(new Uint8Array(0), true)
    yield* this.#taken()
  }

  *text(path: string, text: string): Generator<Uint8Array> {
    const entry = new ZipDeflate(path)
    this.#writer.add(entry)
    entry.push(new TextEncoder().encode(text), true)
    yield* this.#taken()
  }

  *end(): Generator<Uint8Array> {
    this.#writer.end()
    yield* this.#taken()
  }

  #taken(): Uint8Array[] {
    return this.#made.splice(0)
  }
}
