import type { GivenFile } from '../../db/documents.ts'
import { hash } from '../../digest.ts'
import type { Reason } from '../../protocol/status.ts'
import type { KeptFile } from '../../storage/file-store.ts'
import { bodyChunks, type BodyRules, requirePlain } from '../body-chunks.ts'
import { callDatabase } from '../calls.ts'
import type { DocumentName, DocumentPorts, UnpackedFile } from '../document-ports.ts'
import type { ApiPorts } from '../ports.ts'
import { notFound, ProblemError } from '../problem.ts'
import { findDocument, stopDocument } from './live-document.ts'
import { retryDocument } from './retry-document.ts'

type NamedBytes = { readonly name: string; readonly bytes: AsyncIterable<Uint8Array> }

/** Stores a file and finds out its kind. Removes a refused file again. */
async function putFile(ports: DocumentPorts, given: NamedBytes): Promise<GivenFile> {
  const kept = await ports.files.put(given.bytes)
  return checkKept(ports, shownName(given.name), kept)
}

async function checkKept(
  { files, check }: DocumentPorts,
  name: string,
  { key, size, sha256, head }: KeptFile,
): Promise<GivenFile> {
  const { kind, refused } = check({ name, size, head })
  if (refused !== null && size > 0) await files.remove([key])
  return { name, kind, size, sha256, refused, file_key: refused === null ? key : null }
}

/** Stores a file, or the files of a ZIP in its place. */
export async function* putFiles(
  ports: DocumentPorts,
  given: NamedBytes,
): AsyncGenerator<GivenFile, void> {
  const { files, isArchive, unpack } = ports
  const name = shownName(given.name)
  const kept = await files.put(given.bytes)
  if (!isArchive({ name, head: kept.head })) {
    yield await checkKept(ports, name, kept)
    return
  }
  try {
    const bytes = kept.size > ARCHIVE_BYTES ? undefined : await files.read(kept.key)
    if (bytes === undefined) yield await refusedFile(name, kept, TOO_LARGE)
    else yield* putUnpacked(ports, kept, unpack({ name, bytes }))
  } finally {
    await files.remove([kept.key])
  }
}

/** A ZIP is in memory as a whole while its files are stored. */
const ARCHIVE_BYTES = 25_000_000

const TOO_LARGE: Reason = {
  code: 'too_large',
  message: 'This archive has more than 25 MB. Unpack the archive and upload the files in it.',
}

async function* putUnpacked(
  ports: DocumentPorts,
  zip: KeptFile,
  unpacked: Iterable<UnpackedFile>,
): AsyncGenerator<GivenFile, void> {
  for (const file of unpacked) {
    const { name } = file
    if (file.kind === 'refused') yield await refusedFile(shownName(name), zip, file.reason)
    else yield await putFile(ports, { name, bytes: once(file.bytes) })
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes)
}

/** A file that is not stored. Its hash is of the ZIP and its own name, so that two of them are two documents. */
async function refusedFile(name: string, zip: KeptFile, refused: Reason): Promise<GivenFile> {
  const sha256 = await hash([zip.sha256, name])
  return { name, kind: null, size: 0, sha256, refused, file_key: null }
}

/** The keys of those files that are stored. */
export function keysOf(given: readonly Pick<GivenFile, 'file_key'>[]): string[] {
  return given.flatMap(({ file_key }) => file_key ?? [])
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

/**
 * Answers the bytes of a document's file as an attachment, so that no browser shows an uploaded page under our
 * own origin.
 */
export async function sendFile(ports: ApiPorts, name: DocumentName): Promise<Response> {
  const document = await findDocument(ports, name)
  const file =
    document.file_key === null ? undefined : await ports.documents.files.open(document.file_key)
  if (file === undefined) throw notFound()
  return new Response(file.body, {
    headers: {
      'content-type': 'application/octet-stream',
      'content-length': String(file.size),
      'content-disposition': attachment(document.name),
      'cache-control': 'private, no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
    },
  })
}

/**
 * The header of an attachment (RFC 6266): the name in UTF-8 and, for older clients, in ASCII without characters
 * that could end the header.
 */
function attachment(name: string): string {
  const plain = name.replaceAll(/[^\x20-\x7e]|["\\%]/gu, '_')
  const encoded = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16)}`,
  )
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`
}

/** Replaces the file of a document, and starts to read the new file. */
export async function replaceFile(
  ports: ApiPorts,
  document: DocumentName,
  { request, name }: { readonly request: Request; readonly name: string | undefined },
) {
  requirePlain(request.headers)
  const before = await findDocument(ports, document)
  if (request.body === null)
    throw new ProblemError('invalid-form', { detail: 'The body is empty.' })
  const bytes = bodyChunks(request.body, rulesOf(ports))
  const file = await putFile(ports.documents, { name: name ?? before.name, bytes })
  await ports.documents.files.remove(await putInPlace(ports, document, file))
  await stopDocument(ports, document.owner, before)
  const run_id = await retryDocument(ports, document.owner, { ...before, name: file.name })
  const { document_id } = document
  return { document_id, run_id, ...(file.refused === null ? {} : { error: file.refused }) }
}

/**
 * Makes the stored file the document's. Returns the keys of the replaced files. If this fails, removes the
 * stored file.
 */
async function putInPlace(
  ports: ApiPorts,
  name: DocumentName,
  file: GivenFile,
): Promise<readonly string[]> {
  const { files, replace } = ports.documents
  try {
    const replaced = await callDatabase(() => replace(name, file))
    if (replaced === undefined) throw notFound()
    if (replaced === 'known') throw knownFile()
    return replaced
  } catch (error) {
    await files.remove(keysOf([file]))
    throw error
  }
}

function rulesOf({ documents }: ApiPorts): BodyRules {
  const most = documents.upload.form_bytes
  return {
    most,
    tooLarge: () =>
      new ProblemError('too-large', { detail: `A file may have at most ${most} bytes.` }),
    brokenOff: (cause) =>
      new ProblemError('invalid-form', { detail: 'The body ended before it was complete.', cause }),
  }
}

function knownFile(): ProblemError {
  return new ProblemError('exists', {
    detail: 'Another document of this matter already has these bytes.',
  })
}
