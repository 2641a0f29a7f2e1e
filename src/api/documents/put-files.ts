import type { GivenFile, NewDocument } from '../../db/documents.ts'
import { hash, randomHex } from '../../digest.ts'
import { nextTurn } from '../../pause.ts'
import type { ContainerKind } from '../../pipelines/documents/read/container.ts'
import type { ContainedFile } from '../../pipelines/documents/read/zip/archive.ts'
import { DocumentId } from '../../protocol/document.ts'
import type { Reason } from '../../protocol/status.ts'
import type { KeptFile } from '../../storage/file-store.ts'
import type { DocumentPorts, FileVerdict } from '../document-ports.ts'

type NamedBytes = { readonly name: string; readonly bytes: AsyncIterable<Uint8Array> }

type StoredFile = FileVerdict & { readonly name: string; readonly kept: KeptFile }

/** Describes a stored file. Removes a refused one again. */
async function keepAccepted({ files }: DocumentPorts, checked: StoredFile): Promise<GivenFile> {
  const { name, kind, refused, kept } = checked
  const { key, size, sha256 } = kept
  if (refused !== null && size > 0) await files.remove([key])
  return { name, kind, size, sha256, refused, file_key: refused === null ? key : null }
}

/** The most files that one upload takes out of others, the most bytes of them, and the most files within files. */
export const CONTAINED_LIMITS = { files: 2_000, bytes: 512_000_000, levels: 4 }

/** The most bytes of a ZIP that is opened. It is in memory as a whole while its files are stored. */
const ARCHIVE_BYTES = 25_000_000

const LARGE_ARCHIVE: Reason = {
  code: 'too_large',
  message: 'This archive has more than 25 MB. Unpack the archive and upload the files in it.',
}

const LEFT_OUT: Reason = {
  code: 'too_large',
  message:
    'This file has more files in it, or files deeper in files, than one upload takes. Some of them were left out. Upload those by themselves.',
}

/** A stored file that is to be opened, and the message that the files in it belong to. */
type StoredContainer = {
  readonly name: string
  readonly kept: KeptFile
  readonly kind: ContainerKind
  readonly level: number
  readonly parent: DocumentId | undefined
}

/** Where a file comes from. `level`: how many files the file is inside of. `parent`: the message that has the file. */
type Origin = Pick<StoredContainer, 'level' | 'parent'> & {
  readonly document_id?: DocumentId | undefined
}

/** Stores the files of one upload, and the files in them. */
export class UploadedFiles {
  readonly #ports: DocumentPorts
  readonly #closed: StoredContainer[] = []
  readonly #taken = { files: 0, bytes: 0 }

  constructor(ports: DocumentPorts) {
    this.#ports = ports
  }

  /**
   * Stores a file. Yields its document, then one for each file that is attached to it. A ZIP is no document: the files
   * in it are. A file that was stored is opened again from its store, so that one of them is in memory at a time. With
   * `document_id`, the file is that document's.
   */
  async *put(given: NamedBytes, document_id?: DocumentId): AsyncGenerator<NewDocument, void> {
    try {
      yield* this.#store(given, { level: 0, parent: undefined, document_id })
      for (let next = this.#closed[0]; next !== undefined; next = this.#closed[0]) {
        yield* this.#open(next)
        await this.#removeArchives(this.#closed.splice(0, 1))
        await nextTurn()
      }
    } finally {
      await this.#removeArchives(this.#closed.splice(0))
    }
  }

  async *#store(given: NamedBytes, origin: Origin): AsyncGenerator<NewDocument, void> {
    const { files, check, containerKind } = this.#ports
    const name = shownName(given.name)
    const kept = await files.put(given.bytes)
    const verdict = check({ name, ...kept })
    const kind = containerKind({ name, head: kept.head, kind: verdict.kind })
    if (kind === 'zip') {
      this.#closed.push({ name, kept, kind, ...origin })
      return
    }
    const document = documentOf(await keepAccepted(this.#ports, { name, kept, ...verdict }), origin)
    if (kind !== undefined && document.file_key !== null)
      this.#closed.push({ name, kept, kind, level: origin.level, parent: document.document_id })
    yield document
  }

  async *#open(container: StoredContainer): AsyncGenerator<NewDocument, void> {
    const { name, kept, kind, level, parent } = container
    const isLarge = kind === 'zip' && kept.size > ARCHIVE_BYTES
    const bytes = isLarge ? undefined : await this.#ports.files.read(kept.key)
    if (bytes === undefined) yield await refusedFile(name, container, LARGE_ARCHIVE)
    else
      for (const file of await this.#ports.takeOut(kind, { name, bytes })) {
        if (!this.#hasRoom(file, level)) {
          yield await refusedFile(name, container, LEFT_OUT)
          return
        }
        if (file.kind === 'refused')
          yield await refusedFile(shownName(file.name), container, file.reason)
        else yield* this.#store({ ...file, bytes: once(file.bytes) }, { level: level + 1, parent })
      }
  }

  #hasRoom(file: ContainedFile, level: number): boolean {
    this.#taken.files += 1
    this.#taken.bytes += file.kind === 'file' ? file.bytes.length : 0
    const { files, bytes, levels } = CONTAINED_LIMITS
    return level < levels && this.#taken.files <= files && this.#taken.bytes <= bytes
  }

  async #removeArchives(opened: readonly StoredContainer[]): Promise<void> {
    const keys = opened.flatMap(({ kind, kept }) => (kind === 'zip' ? kept.key : []))
    await this.#ports.files.remove(keys)
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes)
}

function documentOf(
  file: GivenFile,
  { parent, document_id = DocumentId.parse(randomHex(16)) }: Origin,
): NewDocument {
  return { document_id, ...(parent === undefined ? {} : { parent }), ...file }
}

/** A file that is not stored. Its hash is of its container and its own name, so that two of them are two documents. */
async function refusedFile(
  name: string,
  { kept, parent, level }: StoredContainer,
  refused: Reason,
): Promise<NewDocument> {
  const sha256 = await hash([kept.sha256, name])
  const file = { name, kind: null, size: 0, sha256, refused, file_key: null }
  return documentOf(file, { parent, level })
}

/** The keys of those files that are stored. */
export function keysOf(given: readonly Pick<GivenFile, 'file_key'>[]): string[] {
  return given.flatMap(({ file_key }) => file_key ?? [])
}

/** The bytes of files that the owner's quotas count: all that were sent, and those that are stored. */
export function bytesOf(given: readonly GivenFile[]): {
  readonly upload_bytes: number
  readonly stored_bytes: number
} {
  const stored = given.filter(({ file_key }) => file_key !== null)
  return { upload_bytes: sumOf(given), stored_bytes: sumOf(stored) }
}

function sumOf(given: readonly Pick<GivenFile, 'size'>[]): number {
  return given.reduce((sum, { size }) => sum + size, 0)
}

/**
 * The most characters of a name. The middle of a longer name is cut out, so that the name keeps the ending that
 * tells its kind.
 */
const NAME_LENGTH = 255
const NAME_ENDING = 20

/**
 * Makes a file's name safe to show: without folders, and without characters that break the line or turn its
 * direction.
 */
export function shownName(name: string): string {
  const last = name.toWellFormed().split(/[/\\]/).at(-1) ?? ''
  const shown = last.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '').trim()
  return /^\.*$/.test(shown) ? 'unnamed' : cutName(Array.from(shown))
}

function cutName(chars: readonly string[]): string {
  if (chars.length <= NAME_LENGTH) return chars.join('')
  return [...chars.slice(0, NAME_LENGTH - NAME_ENDING - 1), '…', ...chars.slice(-NAME_ENDING)].join(
    '',
  )
}
